"""The bytes of a text file → its text, whatever it was saved as, with what is wrong about that."""

from __future__ import annotations

import codecs
import re

from ecoop_ld.errors import Finding, Place, Severity

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"""\s*<\?xml\b[^>]*?\bencoding\s*=\s*["']([A-Za-z][\w.-]*)["']""")
_KNOWN = re.compile(
    r"iso-8859-\d+|latin-?\d+|windows-125\d|cp\d+|(us-)?ascii|koi8-[ru]|gb2312|gbk|gb18030|big5|euc-(jp|kr)|shift_jis"
    r"|macintosh",
    re.IGNORECASE,
)
"""Encodings of text that XML is saved in; Python's codecs have others, some of which take long."""


def of_markup(content: bytes) -> bytes:
    """XML in UTF-8, whatever it was saved as: its first bytes or its declaration say that (XML 1.0, Appendix F).

    What says of itself what is not true, or names an encoding that is unknown, stays as it is for the parser to refuse.
    """
    declared = _DECLARED.match(content)
    wide = next((name for mark, name in _MARKS if content.startswith(mark)), "")
    named = declared[1].decode() if declared else ""
    if not wide and not _KNOWN.fullmatch(named):
        return content
    try:
        text = content.decode(wide or named)
    except (LookupError, UnicodeDecodeError):
        return content
    ready = text.encode(errors="replace")
    declared = _DECLARED.match(ready)
    return ready[: declared.start(1)] + b"UTF-8" + ready[declared.end(1) :] if declared else ready


def without_mark(content: bytes, name: str) -> tuple[bytes, tuple[Finding, ...]]:
    """The bytes without a byte order mark of UTF-8, and a note where there was one."""
    if not content.startswith(codecs.BOM_UTF8):
        return content, ()
    message = "The file begins with a byte order mark (U+FEFF), which UTF-8 does not need; it is passed over."
    hint = "Save it as UTF-8 without a byte order mark (BOM)."
    return content[3:], (Finding("byte-order-mark", Severity.NOTE, message, Place(name, 1, 1), hint=hint),)


def decode(content: bytes, name: str) -> tuple[str, list[Finding]]:
    """The text, with a finding where it is not UTF-8: bytes that are not are read as Windows-1252, as most were."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            message = f"This file is {encoding.upper()}, not UTF-8."
            return content.decode(encoding, errors="replace"), [_finding(message, Place(name, 1, 1))]
    try:
        return content.decode("utf-8"), []
    except UnicodeDecodeError as error:
        at = error.start
    text = "".join(_sign(c) for c in content.decode("utf-8", errors="surrogateescape"))
    before = content[:at].decode("utf-8")
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    sign = _sign(chr(0xDC00 + content[at]))
    message = f"This file is not UTF-8: here is the byte 0x{content[at]:02X}, which is “{sign}” in Latin-1."
    return text, [_finding(message, Place(name, line, column))]


def _finding(message: str, place: Place) -> Finding:
    return Finding("syntax", Severity.VIOLATION, message, place, hint="Save the file as UTF-8.")


def _sign(c: str) -> str:
    if not "\udc80" <= c <= "\udcff":
        return c
    byte = bytes([ord(c) - 0xDC00])
    try:
        return byte.decode("cp1252")
    except UnicodeDecodeError:
        return byte.decode("latin-1")
