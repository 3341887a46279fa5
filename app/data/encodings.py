"""The encoding of a text file: UTF-8 where it is that, else what charset-normalizer takes it for."""

import codecs
import re
from collections.abc import Callable, Iterator
from typing import IO

import charset_normalizer

ENCODINGS = {
    "auto": "found out",
    "utf-8": "UTF-8",
    "utf-16": "UTF-16, with a byte order mark",
    "windows-1252": "Western Europe, as older Windows programs write it",
    "iso-8859-15": "Western Europe (Latin-9)",
    "windows-1250": "Central Europe",
    "windows-1251": "Cyrillic",
    "windows-1253": "Greek",
    "windows-1254": "Turkish",
    "mac-roman": "Western Europe, older Macintosh",
    "shift_jis": "Japanese",
    "gb18030": "Chinese",
    "big5": "Chinese, traditional",
    "euc_kr": "Korean",
}
CONTROLS = bytes(set(range(32)) - set(b"\t\n\f\r\x1a"))  # bytes of pictures and archives; no text has them
CHUNK = 1 << 20
LOOKED_AT = 32_000  # bytes of lines with foreign letters that the library sees: more only takes longer
# Windows-1252 is by far the most usual of its kind. What holds nothing but these, and ASCII, is taken for it:
# in a file with three umlauts the library's statistics have nothing to go by.
WESTERN = set("ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜßàáâãäåæçèéêëìíîïñòóôõöøùúûüœŒ€£§°²³µ·½–—‘’“”„«»…\u00a0")
MOST_FOREIGN = 0.35  # of the letters: in Cyrillic or Greek nearly all are
SIGN_IN_WORD = re.compile(r"[€£§°²³µ·½][^\W\d_]")  # a sign before a letter is a letter of another alphabet


def encoding_of(source: IO[bytes], tick: Callable[[], None] = lambda: None) -> str:
    """The encoding's name, of ENCODINGS."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    source.seek(0)
    try:
        for chunk in _chunks(source, tick):
            decoder.decode(chunk)
        decoder.decode(b"", True)
        return "utf-8"
    except UnicodeDecodeError:
        return "utf-8" if has_controls(source) else _detected(_foreign(source))


def has_controls(source: IO[bytes]) -> bool:
    """Whether there are bytes in the file that no text has."""
    source.seek(0)
    return any(len(chunk.translate(None, CONTROLS)) < len(chunk) for chunk in _chunks(source, lambda: None))


def _chunks(source: IO[bytes], tick: Callable[[], None]) -> Iterator[bytes]:
    while chunk := source.read(CHUNK):
        tick()
        yield chunk


def _foreign(source: IO[bytes]) -> bytes:
    """Lines with bytes beyond ASCII: by these the encodings differ."""
    source.seek(0)
    found = bytearray()
    for chunk in _chunks(source, lambda: None):
        for line in chunk.splitlines():
            if not line.isascii():
                found += line[:1000] + b"\n"
            if len(found) > LOOKED_AT:
                return bytes(found)
    return bytes(found)


def _detected(text: bytes) -> str:
    western = text.decode("windows-1252", "replace")
    letters = [sign for sign in western if sign.isalpha()]
    few = sum(not letter.isascii() for letter in letters) <= MOST_FOREIGN * len(letters)
    if few and all(sign.isascii() or sign in WESTERN for sign in western) and not SIGN_IN_WORD.search(western):
        return "windows-1252"
    usual = [name for name in ENCODINGS if name not in ("auto", "utf-8", "utf-16")]
    best = charset_normalizer.from_bytes(text, threshold=0.9, cp_isolation=usual).best()
    codec = "windows-1252" if best is None else best.encoding
    return next((name for name in usual if codecs.lookup(name).name == codecs.lookup(codec).name), "windows-1252")
