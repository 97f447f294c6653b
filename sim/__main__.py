"""`python -m tripleos` is `tripleos`; in a checkout, so is `python -m sim`."""

from .cli import main

if __name__ == "__main__":
    main()
