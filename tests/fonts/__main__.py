"""Makes static/fonts/ from npm's packages: `python -m tests.fonts`. Run it when a text has a sign that no font has.

Subsets of Source Sans 3 and Source Serif 4 (roman and italic), with the characters that the page may show and the
weights that its sheets ask for, and a few signs from Noto. They are renamed, because their licence reserves the name
"Source" for the originals. The packages are Adobe's: Fontsource's of the same families have neither ∂, √ and → nor most
superscripts and subscripts.
"""

import shutil
import subprocess
import sys
import tarfile
import tempfile
from io import BytesIO
from pathlib import Path

from fontTools.merge import Merger
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

from tests.fonts.characters import GREEK, LATIN, ROOT, SIGNS, shown

FONTS = ROOT / "static" / "fonts"
SANS, SERIF = "source-sans@3.52.0", "source-serif@4.5.1"
MATHS, SYMBOLS = "@fontsource/noto-sans-math@5.3.0", "@fontsource/noto-sans-symbols-2@5.3.0"
WEIGHTS = (400, 400, 600)  # least, default, most
FEATURES = ["kern", "liga", "ccmp", "locl", "mark", "mkmk"]

# Ascent and descent for a font size of 1: those of the fonts that the page had before its own, so that a line of
# "normal" height is as high as it was.
ASCENT, DESCENT = 0.928, 0.236
# Source Sans has a small x-height, and Noto's signs are large beside it. Scaled in the fonts themselves, because not
# every browser in use knows `size-adjust`.
SANS_SCALE, SIGNS_SCALE = 1.08, 0.85

# For one letter alone in a formula browsers ask for a mathematical italic: the italic font's own letter.
ITALICS = {
    **{0x1D434 + i: ord("A") + i for i in range(26)},
    **{0x1D44E + i: ord("a") + i for i in range(26) if chr(ord("a") + i) != "h"},
    0x210E: ord("h"),
    **{0x1D6E2 + i: 0x391 + i for i in range(25) if i != 17},
    **{0x1D6FC + i: 0x3B1 + i for i in range(25)},
    0x1D715: ord("∂"),
}


NOTICE = """The fonts in this folder are modified versions: subsets, renamed and with other line heights, made by
`python -m tests.fonts` from these packages of npm.
"""


def fetched(package: str, folder: Path) -> Path:
    """Where a package of npm lies, unpacked."""
    npm = shutil.which("npm", path=Path(sys.executable).parent) or shutil.which("npm")
    if npm is None:
        raise FileNotFoundError("npm is missing: pip install -e '.[dev]'")
    name = subprocess.run(
        [npm, "pack", "--silent", package], cwd=folder, check=True, capture_output=True, text=True
    ).stdout.split()[-1]
    with tarfile.open(folder / name) as archive:
        archive.extractall(folder / name.removesuffix(".tgz"), filter="data")
    return folder / name.removesuffix(".tgz") / "package"


def subset(font: TTFont, characters: set[int]) -> TTFont:
    """The font with these characters alone, without hinting: the page's `text-rendering` switches that off."""
    options = Options(layout_features=FEATURES, hinting=False, name_IDs=[0, 13, 14], notdef_outline=True)
    options.drop_tables += ["meta", "MATH", "vhea", "vmtx"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    return font


def mapped(font: TTFont, more: dict[int, str]) -> TTFont:
    """The font with further characters for glyphs that it has."""
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap |= {code: name for code, name in more.items() if table.format == 12 or code < 0x10000}
    return font


def finished(font: TTFont, family: str, style: str, scale: float = 1) -> TTFont:
    """The font under a name of ours, scaled, with our ascent and descent wherever systems look for them."""
    full = f"{family} {style}"
    for identifier, text in {1: family, 2: style, 4: full, 6: full.replace(" ", "")}.items():
        font["name"].setName(text, identifier, 3, 1, 0x409)
    font["head"].created = font["head"].modified = 2_082_844_800  # 1970: the same bytes each time
    em = font["head"].unitsPerEm = round(font["head"].unitsPerEm / scale)
    ascent, descent = round(ASCENT * em), round(DESCENT * em)
    line, metrics = font["hhea"], font["OS/2"]
    line.ascent, line.descent, line.lineGap = ascent, -descent, 0
    metrics.sTypoAscender, metrics.sTypoDescender, metrics.sTypoLineGap = ascent, -descent, 0
    metrics.usWinAscent, metrics.usWinDescent = ascent, descent
    return font


def sans(package: Path, characters: set[int]) -> TTFont:
    source = TTFont(package / "VF" / "SourceSans3VF-Upright.ttf")
    unreadable = {0xFFFD: source.getBestCmap()[ord("□")]}
    font = subset(mapped(source, unreadable), characters)
    return finished(instantiateVariableFont(font, {"wght": WEIGHTS}), "Playground Sans", "Regular", SANS_SCALE)


def serif(package: Path, style: str, characters: set[int]) -> TTFont:
    """A style of the serif, at the optical size 20: the page's prose is a little smaller, its titles are larger."""
    source = TTFont(package / "VAR" / f"SourceSerif4Variable-{style}.ttf")
    more = {ord("⁻"): "endash.sups"}  # lacking, and as wide as its superscript figures
    if style == "Italic":
        letters = source.getBestCmap()
        more |= {code: letters[letter] for code, letter in ITALICS.items()}
    font = subset(mapped(source, more), characters | more.keys())
    font = instantiateVariableFont(font, {"wght": WEIGHTS, "opsz": 20})
    return finished(font, "Playground Serif", style.replace("Roman", "Regular"))


def signs(sources: list[Path], characters: set[int]) -> TTFont:
    """These characters, each from the first source that has it; LookupError where none has."""
    parts: list[BytesIO] = []
    for source in sources:
        font = TTFont(source)
        has = characters & font.getBestCmap().keys()
        characters = characters - has
        font.flavor = None
        parts.append(BytesIO())
        subset(font, has).save(parts[-1])
        parts[-1].seek(0)
    if characters:
        raise LookupError(f"no font has {', '.join(map(chr, sorted(characters)))}")
    return finished(Merger().merge(parts), "Playground Signs", "Regular", SIGNS_SCALE)


def licence(sources: dict[str, Path]) -> str:
    """The Open Font License, below the copyright notices of all sources."""
    texts = {package: next(folder.glob("LICENSE*")).read_text() for package, folder in sources.items()}
    notices = [f"{package}: {text.partition(chr(10))[0].strip()}" for package, text in texts.items()]
    _, begin, rest = texts[SYMBOLS].partition("This Font Software")
    return "\n".join([NOTICE, *notices, "", begin + rest])


def main() -> None:
    wanted = LATIN | GREEK | SIGNS | {ord(character) for character in shown()}
    with tempfile.TemporaryDirectory() as name:
        sources = {package: fetched(package, Path(name)) for package in (SANS, SERIF, MATHS, SYMBOLS)}
        made = {"sans": sans(sources[SANS], wanted)}
        made["serif"] = serif(sources[SERIF], "Roman", wanted)
        made["serif-italic"] = serif(sources[SERIF], "Italic", wanted)
        noto = [sources[MATHS] / "files" / "noto-sans-math-latin-400-normal.woff2"]
        noto += [sources[SYMBOLS] / "files" / "noto-sans-symbols-2-symbols-400-normal.woff2"]
        made["signs"] = signs(noto, wanted - made["sans"].getBestCmap().keys())
        (FONTS / "OFL.txt").write_text(licence(sources))
    for name, font in made.items():
        path = FONTS / f"{name}.woff2"
        font.flavor, font.recalcTimestamp = "woff2", False
        font.save(path)
        print(f"{name}: {len(font.getBestCmap())} characters, {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
