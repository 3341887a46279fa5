"""The fonts of the page: they have what it shows, weigh little, and are named and licensed as they must be."""

import re

import pytest
from fontTools.ttLib import TTFont

from tests.fonts.characters import GREEK, LATIN, ROOT, SIGNS, shown

FONTS = ROOT / "static" / "fonts"
SHEET = (ROOT / "static" / "css" / "tokens.css").read_text()
FACES = re.findall(r'font-family: "([\w ]+)";\s+src: url\("\.\./fonts/([\w-]+\.woff2)"\)([^}]*)\}', SHEET)


def characters(file: str) -> set[int]:
    return set(TTFont(FONTS / file).getBestCmap())


def ranges(face: str) -> set[int]:
    """What the `unicode-range` of a face lets through."""
    found = re.findall(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", face)
    return {code for low, high in found for code in range(int(low, 16), int(high or low, 16) + 1)}


def test_every_character_of_the_texts_is_in_a_font() -> None:
    fonts = characters("sans.woff2") | characters("signs.woff2")
    assert {character: file for character, file in shown().items() if ord(character) not in fonts} == {}
    assert fonts >= LATIN | GREEK | SIGNS
    assert characters("serif.woff2") & characters("serif-italic.woff2") | {0x302} >= LATIN | GREEK


def test_the_texts_are_looked_through() -> None:
    found = shown()
    assert {"ŷ", "∂", "↻", "⁻", "₁", "✕", "\u202f"} <= found.keys()
    assert not {"∇", "⌊"} & found.keys(), "in docstrings alone"


def test_a_face_lets_through_all_that_it_is_there_for() -> None:
    faces = {family: (file, rest) for family, file, rest in FACES if "unicode-range" in rest}
    file, rest = faces["Playground Signs"]
    assert ranges(rest) == characters(file)
    file, rest = faces["Playground Formula"]
    assert {code for code in characters(file) if code >= 0x1D400} | {0x210E} <= ranges(rest)


def test_every_file_is_a_face_and_together_they_weigh_no_more_than_160_kilobytes() -> None:
    files = {path.name: path.stat().st_size for path in FONTS.iterdir()}
    assert files.keys() - {"OFL.txt"} == {file for _, file, _ in FACES}
    assert sum(files.values()) <= 160_000


@pytest.mark.parametrize("file", sorted({file for _, file, _ in FACES}))
def test_a_modified_font_bears_no_reserved_name_and_says_whose_it_was(file: str) -> None:
    names = TTFont(FONTS / file)["name"]
    assert all("Source" not in str(names.getName(number, 3, 1, 0x409)) for number in (1, 2, 4, 6))
    assert re.search("Adobe|Google|Noto", str(names.getDebugName(0)))
    licence = (FONTS / "OFL.txt").read_text()
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert "Reserved Font Name" in licence
