"""One copy under two names: installed, the package is `tripleos`; in a checkout its folder makes it `sim` as well.

Whoever imports `sim` first, and `tripleos` later, gets the same modules and not a second copy, whose classes would be
others and whose code would be compiled once more. The name `sim` is never taken: it may be a user's own.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType

PUBLIC = "tripleos"


def share(package: str) -> None:
    """Let `tripleos` mean this package, under whichever name it is being imported.

    Parameters
    ----------
    package : str
        The name of the package.

    Raises
    ------
    ImportError
        If `tripleos` was imported already, from elsewhere or as what it is: this would be a second copy.
    """
    if package == PUBLIC:
        return
    known = sys.modules.get(PUBLIC)
    if known is None:
        sys.meta_path.insert(0, _Finder(package))
    elif known is not sys.modules[package]:  # the same if it is being reloaded
        raise ImportError(f"{package} would be a second copy of {PUBLIC}, which is imported already: use that name")


class _Finder(MetaPathFinder):
    """Finds `tripleos.x` where the package of another name has `x`."""

    def __init__(self, package: str) -> None:
        self.package = package

    def find_spec(self, fullname: str, *_: object) -> ModuleSpec | None:
        first, *rest = fullname.split(".")
        name = ".".join([self.package, *rest])
        return ModuleSpec(fullname, _Same(name)) if first == PUBLIC and find_spec(name) else None


class _Same(Loader):
    """Loads a module that has another name already."""

    def __init__(self, name: str) -> None:
        self.name = name

    def create_module(self, _: ModuleSpec) -> ModuleType:
        module = import_module(self.name)
        self.own = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = self.own  # Python has put that of the other name in its place
