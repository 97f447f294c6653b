"""`python -m sim` is `tripleos`."""

from .cli import main

if __name__ == "__main__":
    main()
