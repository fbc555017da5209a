"""PKCS#12 in BER (X.690) brought into DER: to be looked at, not to be opened.

Windows and macOS write indefinite lengths and strings in pieces, and other tools write sets out of order. The decoder
of `cryptography` reads DER alone, and pyasn1 loses the ends of indefinite lengths inside ANY, of which PKCS#12 is full.
So the encoding is changed here without regard to its meaning, and the decoder then judges the result.
"""

from __future__ import annotations

from typing import Final

_CONSTRUCTED: Final = 0x20
_HIGH_TAG: Final = 0x1F
_INDEFINITE: Final = 0x80
_OBJECT_IDENTIFIER: Final = 0x06
_OCTET_STRING: Final = 0x04
_SEQUENCE: Final = 0x30
_SET: Final = 0x31
_CONTEXT_0: Final = 0x80
_MAX_DEPTH: Final = 32


def to_der(data: bytes) -> bytes:
    """Return the first element of the data in DER, whatever follows it.

    Raises:
        ValueError: The data is not whole, or is nested deeper or tagged otherwise than PKCS#12 can be.
    """
    tag, content, _ = _element(data, 0, len(data), 0)
    return _encoded(tag, content)


def _element(data: bytes, at: int, end: int, depth: int) -> tuple[int, bytes, int]:
    """Return tag, content in DER, and where the next element starts."""
    if at + 2 > end or depth > _MAX_DEPTH:
        raise ValueError("cut short, or nested too deep")
    tag, first = data[at], data[at + 1]
    at += 2
    if tag & _HIGH_TAG == _HIGH_TAG:
        raise ValueError("a tag of more than one byte")
    if first == _INDEFINITE:
        if not tag & _CONSTRUCTED:
            raise ValueError("a primitive value without a length")
        return _constructed(tag, *_children(data, at, end, depth, indefinite=True))
    if first & 0x80:
        octets = first & 0x7F
        length = int.from_bytes(data[at : at + octets])
        at += octets
    else:
        length = first
    if at + length > end:
        raise ValueError("cut short")
    if tag & _CONSTRUCTED:
        return _constructed(tag, *_children(data, at, at + length, depth, indefinite=False))
    return tag, data[at : at + length], at + length


def _children(data: bytes, at: int, end: int, depth: int, *, indefinite: bool) -> tuple[list[tuple[int, bytes]], int]:
    children: list[tuple[int, bytes]] = []
    while at < end:
        if indefinite and data.startswith(b"\0\0", at):
            return children, at + 2
        tag, content, at = _element(data, at, end, depth + 1)
        children.append((tag, content))
    if indefinite:
        raise ValueError("an indefinite length without an end")
    return children, at


def _constructed(tag: int, children: list[tuple[int, bytes]], after: int) -> tuple[int, bytes, int]:
    if tag == _OCTET_STRING | _CONSTRUCTED:
        return _OCTET_STRING, b"".join(content for _, content in children), after
    if tag == _SEQUENCE and [each for each, _ in children] == [
        _OBJECT_IDENTIFIER,
        _SEQUENCE,
        _CONTEXT_0 | _CONSTRUCTED,
    ]:
        # EncryptedContentInfo (RFC 5652, section 6.1), whose [0] is an octet string in pieces under another tag.
        children[2] = (_CONTEXT_0, _joined(children[2][1]))
    encoded = [_encoded(each, content) for each, content in children]
    return tag, b"".join(sorted(encoded) if tag == _SET else encoded), after


def _joined(pieces: bytes) -> bytes:
    children, _ = _children(pieces, 0, len(pieces), 0, indefinite=False)
    return b"".join(content for _, content in children)


def _encoded(tag: int, content: bytes) -> bytes:
    length = len(content)
    if length < 0x80:
        return bytes([tag, length]) + content
    octets = length.to_bytes((length.bit_length() + 7) // 8)
    return bytes([tag, 0x80 | len(octets)]) + octets + content
