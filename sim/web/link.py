"""From one WebAssembly object file to a module that a browser can run, without a linker.

An object file says where its code refers to data, and leaves the places open ("relocations"). There is a single object
here, so that all that is left to do is to put its data somewhere, to fill in these places, and to give the module a
memory and a stack of its own. It then imports nothing.

References
----------
WebAssembly tool conventions, *WebAssembly Object File Linking*: sections `linking` and `reloc.*`, and their numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

HEAD = b"\0asm\1\0\0\0"
DATA_BEGINS = 1024  # so that no array lies at address 0
STACK = 65536  # bytes
PAGE = 65536  # bytes, in which memory is counted

# Sections of a module, by number; they stand in this order, but that DATA_COUNT comes before CODE.
CUSTOM, TYPES, IMPORTS, FUNCTIONS, MEMORY, GLOBALS, EXPORTS = 0, 1, 2, 3, 5, 6, 7
CODE, DATA, DATA_COUNT = 10, 11, 12
A_FUNCTION, A_TABLE, A_MEMORY, A_GLOBAL = 0, 1, 2, 3
# Kinds of relocations. Indices of functions, types and globals are right already where there is one object.
INDICES = {0, 6, 7, 20}
ADDRESS_LEB, ADDRESS_SLEB, ADDRESS_I32 = 3, 4, 5
# Kinds of symbols.
OF_FUNCTION, OF_DATA, OF_GLOBAL, OF_SECTION, OF_TAG, OF_TABLE = range(6)
UNDEFINED, EXPLICIT_NAME = 0x10, 0x40


class LinkError(ValueError):
    """The object file holds what a page's module must not have; the message says what."""


class _Symbol(NamedTuple):
    kind: int
    name: str
    number: int
    segment: int | None
    offset: int


class _Reader:
    """Reads what is at a place, and goes on to the next."""

    def __init__(self, data: bytes | bytearray) -> None:
        self.data, self.at = data, 0

    @property
    def more(self) -> bool:
        return self.at < len(self.data)

    def byte(self) -> int:
        self.at += 1
        return self.data[self.at - 1]

    def bytes(self, count: int) -> bytes:
        self.at += count
        return bytes(self.data[self.at - count : self.at])

    def unsigned(self) -> int:
        number = shift = 0
        while True:
            byte = self.byte()
            number |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return number

    def signed(self) -> int:
        begin = self.at
        number = self.unsigned()
        bits = 7 * (self.at - begin)
        return number - (1 << bits) if number >> (bits - 1) else number

    def text(self) -> str:
        return self.bytes(self.unsigned()).decode()


def leb(number: int) -> bytes:
    """A whole number of at least 0 in LEB128, seven bits a byte.

    Parameters
    ----------
    number : int
        0 or more.

    Returns
    -------
    bytes

    Examples
    --------
    >>> leb(5).hex(), leb(300).hex()
    ('05', 'ac02')
    """
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes([*out, number])


def signed_leb(number: int) -> bytes:
    """A whole number in signed LEB128.

    Parameters
    ----------
    number : int
        Any.

    Returns
    -------
    bytes

    Examples
    --------
    >>> signed_leb(-1).hex(), signed_leb(64).hex()
    ('7f', 'c000')
    """
    out = bytearray()
    while not -64 <= number < 64:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes([*out, number & 127])


def linked(code: bytes, exports: Iterable[str]) -> bytes:
    """A module with a memory of its own, which exports some functions, `memory` and `__heap_base`.

    Memory begins with the data of the object; then comes the stack, which grows downwards; what is behind `__heap_base`
    is free.

    Parameters
    ----------
    code : bytes
        The object file.
    exports : iterable of str
        Names of functions.

    Returns
    -------
    bytes
        The module.

    Raises
    ------
    LinkError
        If it is no such file, would import a function, or lacks one that is to be exported.
    """
    sections, custom = _sections(code)
    _refuse_imports(sections)
    symbols = _symbols(custom["linking"])
    data, addresses, moved, top = _placed(sections)
    _fill_in(custom.get("reloc.CODE"), sections[CODE], symbols, addresses, lambda offset: offset)
    _fill_in(custom.get("reloc.DATA"), data, symbols, addresses, moved)
    heap = _up(top) + STACK
    functions = {one.name: one.number for one in symbols if one.kind == OF_FUNCTION}
    if missing := [name for name in exports if name not in functions]:
        raise LinkError(f"there is no function {', '.join(missing)}")
    exported = [("memory", A_MEMORY, 0), ("__heap_base", A_GLOBAL, 1)]
    exported += [(name, A_FUNCTION, functions[name]) for name in exports]
    made = {
        TYPES: sections[TYPES],
        FUNCTIONS: sections[FUNCTIONS],
        MEMORY: b"\1\0" + leb(heap // PAGE + 1),
        # The stack pointer, which changes, and where the heap begins: i32.
        GLOBALS: b"\2\x7f\1\x41" + signed_leb(heap) + b"\x0b\x7f\0\x41" + signed_leb(heap) + b"\x0b",
        EXPORTS: leb(len(exported)) + b"".join(_export(*one) for one in exported),
        DATA_COUNT: sections.get(DATA_COUNT),
        CODE: sections[CODE],
        DATA: data or None,
    }
    return HEAD + b"".join(bytes([kind]) + leb(len(body)) + bytes(body) for kind, body in made.items() if body)


def _sections(code: bytes) -> tuple[dict[int, bytearray], dict[str, bytes]]:
    """The sections by number, and those with a name."""
    if code[: len(HEAD)] != HEAD:
        raise LinkError("this is no WebAssembly object file")
    reader = _Reader(code)
    reader.at = len(HEAD)
    sections: dict[int, bytearray] = {}
    custom: dict[str, bytes] = {}
    while reader.more:
        kind, size = reader.byte(), reader.unsigned()
        body = reader.bytes(size)
        if kind == CUSTOM:
            inner = _Reader(body)
            name = inner.text()
            custom[name] = body[inner.at :]
        else:
            sections[kind] = bytearray(body)
    if unknown := set(sections) - {TYPES, IMPORTS, FUNCTIONS, CODE, DATA, DATA_COUNT}:
        raise LinkError(f"there are sections of other kinds: {sorted(unknown)}")
    return sections, custom


def _refuse_imports(sections: dict[int, bytearray]) -> None:
    """An object imports its memory and its stack pointer, which it will be given; anything else is too much."""
    reader = _Reader(sections[IMPORTS])
    for _ in range(reader.unsigned()):
        reader.text()
        name, kind = reader.text(), reader.byte()
        if kind == A_MEMORY and name == "__linear_memory":
            limits = reader.byte()
            for _ in range(1 + limits % 2):
                reader.unsigned()
        elif kind == A_GLOBAL and name == "__stack_pointer":
            reader.bytes(2)
        else:
            raise LinkError(f"{name} would have to be imported")


def _symbols(section: bytes) -> list[_Symbol]:
    """The table of symbols."""
    reader, found = _Reader(section), []
    if (version := reader.unsigned()) != 2:
        raise LinkError(f"linking version {version} is not known")
    while reader.more:
        kind, size = reader.byte(), reader.unsigned()
        end = reader.at + size
        if kind == 8:
            found = [_symbol(reader) for _ in range(reader.unsigned())]
        elif kind == 6:
            raise LinkError("something would have to be called at the start")
        reader.at = end
    return found


def _symbol(reader: _Reader) -> _Symbol:
    kind, flags = reader.byte(), reader.unsigned()
    is_defined = not flags & UNDEFINED
    name, index, segment, offset = "", 0, None, 0
    if kind == OF_DATA:
        name = reader.text()
        if is_defined:
            segment, offset = reader.unsigned(), reader.unsigned()
            reader.unsigned()  # its size
    else:
        index = reader.unsigned()
        if kind != OF_SECTION and (is_defined or flags & EXPLICIT_NAME):
            name = reader.text()
    return _Symbol(kind, name, index, segment, offset)


def _placed(sections: dict[int, bytearray]) -> tuple[bytearray, list[int], Callable[[int], int], int]:
    """All data, one segment after the other.

    Returns the section anew, the address of each segment, where a place of the old section now is, and the end.
    """
    out, addresses, top = bytearray(), [], DATA_BEGINS
    moves: list[tuple[int, int, int]] = []
    if DATA in sections:
        reader = _Reader(sections[DATA])
        count = reader.unsigned()
        out += leb(count)
        for _ in range(count):
            if (reader.unsigned(), reader.byte()) != (0, 0x41):  # active, at a constant
                raise LinkError("a segment of data has no fixed place")
            reader.signed()
            reader.byte()
            size = reader.unsigned()
            old, top = reader.at, _up(top)
            addresses.append(top)
            out += b"\0\x41" + signed_leb(top) + b"\x0b" + leb(size)
            moves.append((old, size, len(out)))
            out += reader.bytes(size)
            top += size

    def moved(offset: int) -> int:
        return next(new + offset - old for old, size, new in moves if old <= offset < old + size)

    return out, addresses, moved, top


def _fill_in(
    relocations: bytes | None,
    body: bytearray,
    symbols: list[_Symbol],
    addresses: list[int],
    moved: Callable[[int], int],
) -> None:
    """Write addresses of data to where they are wanted."""
    if relocations is None:
        return
    reader = _Reader(relocations)
    reader.unsigned()  # the section
    for _ in range(reader.unsigned()):
        kind, offset, index = reader.byte(), reader.unsigned(), reader.unsigned()
        if kind in INDICES:
            continue
        if kind not in (ADDRESS_LEB, ADDRESS_SLEB, ADDRESS_I32):
            raise LinkError(f"a relocation of kind {kind} is not known")
        addend, symbol = reader.signed(), symbols[index]
        if symbol.segment is None:
            raise LinkError(f"there is no data {symbol.name}")
        value, at = addresses[symbol.segment] + symbol.offset + addend, moved(offset)
        if kind == ADDRESS_I32:
            body[at : at + 4] = value.to_bytes(4, "little")
        else:  # five bytes are kept free, whatever the number
            body[at : at + 5] = bytes(value >> 7 * k & 127 | (128 if k < 4 else 0) for k in range(5))


def _export(name: str, kind: int, index: int) -> bytes:
    return leb(len(name)) + name.encode() + bytes([kind]) + leb(index)


def _up(address: int) -> int:
    """The next multiple of 16."""
    return (address + 15) & ~15
