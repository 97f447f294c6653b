"""Which model it is that made a row: the version of the package, and a hash of all that decides a stored row.

Two checks go with each sweep. The *version* is made of the source: of the syntax trees of the modules that decide a
row, found by following imports, and of the shipped policies and worlds. Comments, docstrings and formatting are no part
of it, nor is what tells, draws or keeps results. The *probe* (`tripleos.study.worker.probe`) is made of what comes out,
and sees what no source shows: another NumPy, another processor, a function replaced from outside.
"""

from __future__ import annotations

import ast
import hashlib
import tomllib
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from ._alias import PUBLIC

__version__ = "0.2.0.dev0"

PACKAGE = Path(__file__).parent
# A row is made here; all that these modules import decides it too …
ROOTS = ("study.worker",)
# … but for this: how versions are told, when there are enough rows, and what is asked of them.
BESIDE = ("version", "study.precision", "study.hypothesis")


class Source(NamedTuple):
    """What counts of a module's source.

    Attributes
    ----------
    imports : tuple of (int, str, tuple of str)
        Level, module and names of each `from … import …`, and `import …` as level 0 without names.
    digest : str
        The hash of its syntax tree, as `tree_hash` gives it.
    """

    imports: tuple[tuple[int, str, tuple[str, ...]], ...]
    digest: str


@cache
def model_version(plugins: tuple[str, ...] = ()) -> str:
    """The version of the package and of the model, as it stands in each stored row.

    Parameters
    ----------
    plugins : tuple of str
        Sources of extensions, in the order in which they act.

    Returns
    -------
    str
        As `0.1.0+1f2e3d4c`: edit a rule, and it is another; edit a docstring, and it is not.
    """
    return f"{__version__}+{source_hash(plugins=plugins)}"


def source_hash(package: Path = PACKAGE, plugins: tuple[str, ...] = ()) -> str:
    """A short hash of all that decides a stored row.

    Parameters
    ----------
    package : Path
        The folder of the package.
    plugins : tuple of str
        Sources of modules from outside the package that decide it too, in their order.

    Returns
    -------
    str
        Eight hex digits, the same with every version of Python.
    """
    digest = hashlib.sha256()
    for name, path in sorted(modules(package).items()):
        digest.update(f"{name} {_source(path.read_text(encoding='utf-8')).digest}\n".encode())
    for path in sorted(package.glob("scenario/library/**/*.toml")):
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        content.pop("about", None)
        digest.update(f"{path.relative_to(package).as_posix()} {sorted(content.items())}\n".encode())
    for source in plugins:
        digest.update(f"{hash_of(source)}\n".encode())
    return digest.hexdigest()[:8]


def modules(package: Path = PACKAGE) -> dict[str, Path]:
    """The modules that decide a stored row.

    Parameters
    ----------
    package : Path
        The folder of the package.

    Returns
    -------
    dict
        Their files by their names within the package. An `__init__` is among them only if a name is imported from it.
    """
    found: dict[str, Path] = {}
    waiting = list(ROOTS)
    while waiting:
        name = waiting.pop()
        path = _file(package, name)
        if path is None or name in found or any(f"{name}.".startswith(f"{beside}.") for beside in BESIDE):
            continue
        found[name] = path
        waiting += _imported(package, name, path)
    return found


def _file(package: Path, name: str) -> Path | None:
    """The file of a module, or of the `__init__` of a package; the package itself has the empty name."""
    path = package.joinpath(*name.split(".")) if name else package
    return next((file for file in (path.with_suffix(".py"), path / "__init__.py") if name and file.is_file()), None)


def _imported(package: Path, name: str, path: Path) -> Iterator[str]:
    """The modules of the package from which a module imports something."""
    parents = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
    for level, module, names in _source(path.read_text(encoding="utf-8")).imports:
        if level:
            base = parents[: len(parents) - level + 1] + (module.split(".") if module else [])
        elif module.partition(".")[0] in (package.name, PUBLIC):
            base = module.split(".")[1:]
        else:
            continue
        inside = [".".join([*base, one]) for one in names]
        yield from (one if _file(package, one) else ".".join(base) for one in inside or [".".join(base)])


@lru_cache(maxsize=256)
def _source(text: str) -> Source:
    tree = ast.parse(text)
    imports: list[tuple[int, str, tuple[str, ...]]] = []
    for node in _running(tree):
        if isinstance(node, ast.ImportFrom):
            imports.append((node.level, node.module or "", tuple(one.name for one in node.names)))
        elif isinstance(node, ast.Import):
            imports += [(0, one.name, ()) for one in node.names]
    return Source(tuple(imports), tree_hash(tree))


def hash_of(source: str) -> str:
    """The hash of what a module does, as `tree_hash` gives it.

    Parameters
    ----------
    source : str
        The text of the module.

    Returns
    -------
    str
        64 hex digits.
    """
    return _source(source).digest


def _running(node: ast.AST) -> Iterator[ast.AST]:
    """All statements that may run, at every depth: not what only a type checker reads."""
    for child in ast.iter_child_nodes(node):
        for_types = isinstance(child, ast.If) and isinstance(child.test, ast.Name) and child.test.id == "TYPE_CHECKING"
        if not for_types and not isinstance(child, ast.expr):
            yield child
            yield from _running(child)


def tree_hash(tree: ast.AST) -> str:
    """The hash of a syntax tree, whatever its docstrings say and wherever it stands.

    Parameters
    ----------
    tree : ast.AST
        Of a module, or of a part of one.

    Returns
    -------
    str
        64 hex digits.
    """
    return hashlib.sha256(repr(_plain(tree)).encode()).hexdigest()


# Keywords of declarations that only tell (`tripleos.model.declare`).
TEXTS = {
    "about", "activity", "axis", "explanation", "less", "meaning", "more", "noun", "question",
    "short_meaning", "shown_unit", "source", "title", "unit", "watch_text", "watch_title",
}  # fmt: skip


def _plain(node: Any) -> Any:
    """A syntax tree as nested lists, without docstrings and places, and without what follows from the rest.

    (`ast.dump` is another text with each version of Python.)
    """
    if isinstance(node, list):
        return [_plain(one) for one in node if not _is_docstring(one) and not _is_text(one)]
    if not isinstance(node, ast.AST):
        return node
    found: list[Any] = [type(node).__name__]
    for name in node._fields:
        value = getattr(node, name, None)
        if value is not None and value != [] and name not in ("ctx", "kind"):
            found += [name, _plain(value)]
    return found


def _is_text(node: Any) -> bool:
    """Whether an argument is a text of a declaration."""
    told = node.value if isinstance(node, ast.keyword) and node.arg in TEXTS else None
    return isinstance(told, ast.Constant) and isinstance(told.value, str)


def _is_docstring(node: Any) -> bool:
    """Whether a statement is a text alone, which does nothing."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
