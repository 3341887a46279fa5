"""The architecture in both languages: who may import whom; a new arrow is a decision, made here first."""

import ast
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

# Each room of app/, and what of our own it may know.
ROOMS: dict[str, set[str]] = {
    "app.engine": set(),
    "app.data": set(),
    "app.runs": {"app.engine", "app.data", "app"},
    "app.settings": set(),
    "app.api": {"app.runs", "app.settings", "app"},
    "app.pages": {"app.runs", "app.settings", "app"},
    "app.story": {"app.runs", "app.engine", "app.data"},
    "app.story_pages": {"app.story", "app.pages", "app.runs", "app"},
    "app.main": {"app.api", "app.pages", "app.story_pages", "app.settings", "app.runs", "app"},
    "app.__main__": {"app.main", "app.settings", "app"},
    "app": set(),
}
# What each room may take from outside the standard library.
PACKAGES: dict[str, set[str]] = {
    "app.engine": {"numpy"},
    "app.data": {"numpy"},
    "app.runs": {"numpy", "pydantic"},
    "app.settings": {"pydantic", "pydantic_settings"},
    "app.api": {"numpy", "pydantic", "fastapi", "starlette", "orjson", "fastapi_offline", "jinja2"},
    "app.pages": {"fastapi", "starlette", "jinja2", "orjson"},
    "app.story": {"numpy", "orjson"},
    "app.story_pages": {"fastapi", "starlette", "orjson"},
    "app.main": {"fastapi", "starlette"},
    "app.__main__": {"uvicorn"},
    "app": set(),
}

# JavaScript: files with no DOM and no fetch, tested in Node; files that may touch the network; files nobody imports.
JS_PURE_FORBIDDEN = re.compile(r"\b(document|window|fetch|localStorage|sessionStorage|navigator)\b")
JS_FETCH = {"api.js"}
JS_ROOTS = {"main.js", "story.js", "theme.js", "docs.js"}
# The parts of actions.js: with it the only writers of the store. They know each other by the desk alone.
ACTIONS = {"runs", "training", "changing", "walking", "playing", "memory"}
# The parts of a lesson, each in a file lesson*.js: they know each other by the lectern alone.
LESSON = {"measuring", "training", "cures", "seeds"}


def room_of(module: str) -> str:
    """The room that a module lies in: the longest of ROOMS that it starts with."""
    parts = module.split(".")
    while parts and ".".join(parts) not in ROOMS:
        parts.pop()
    return ".".join(parts)


def python_files() -> list[Path]:
    return sorted((ROOT / "app").rglob("*.py"))


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path: Path) -> set[str]:
    """Absolute names of all modules that a file imports, wherever the import stands."""
    module, found = module_name(path), set()
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            found.add(".".join([*base, node.module or ""]).strip("."))
    return found


@pytest.mark.parametrize("path", python_files(), ids=module_name)
def test_python_imports_follow_the_arrows(path: Path) -> None:
    room = room_of(module_name(path))
    for name in imports_of(path):
        if name == "app" or name.startswith("app."):
            target = room_of(name)
            assert target == room or target in ROOMS[room], f"{room} must not know {name}"
        elif name.partition(".")[0] not in sys.stdlib_module_names:
            assert name.partition(".")[0] in PACKAGES[room], f"{room} must not use {name}"


def js_files() -> list[Path]:
    return sorted((ROOT / "static" / "js").rglob("*.js"))


def js_imports(path: Path) -> set[str]:
    static = r"""^\s*(?:import|export)\b[^"';]*?\bfrom\s*["']([^"']+)["']|^\s*import\s*["']([^"']+)["']"""
    dynamic = r"""\bimport\(\s*["']([^"']+)["']"""
    found = re.findall(f"{static}|{dynamic}", path.read_text(), flags=re.M)
    return {name for names in found for name in names if name}


def is_pure(path: Path) -> bool:
    """Pure files say so themselves, in their first line."""
    return "pure" in path.read_text().partition("\n")[0].lower()


@pytest.mark.parametrize("path", js_files(), ids=lambda path: path.name)
def test_javascript_imports_follow_the_arrows(path: Path) -> None:
    for name in js_imports(path):
        assert name.startswith("./"), f"{path.name} imports {name}: only our own files, no build, no third party"
        target = path.parent / name
        assert target.exists(), f"{path.name} imports {name}, which does not exist"
        assert target.name not in JS_ROOTS, f"{path.name} imports the composition root {name}"
        if is_pure(path):
            assert is_pure(target), f"{path.name} is pure and must not know {name}"


@pytest.mark.parametrize("path", js_files(), ids=lambda path: path.name)
def test_only_one_javascript_file_speaks_to_the_server(path: Path) -> None:
    code = without_comments(path)
    if path.name not in JS_FETCH:
        assert not re.search(r"\bfetch\(|XMLHttpRequest|EventSource|WebSocket", code)
    if is_pure(path):
        assert not JS_PURE_FORBIDDEN.search(re.sub(r"""(["'`])(?:\\.|(?!\1).)*\1""", "", code)), f"{path.name} is pure"


def without_comments(path: Path) -> str:
    return re.sub(r"/\*.*?\*/|//[^\n]*", "", path.read_text(), flags=re.S)


@pytest.mark.parametrize("path", js_files(), ids=lambda path: path.name)
def test_only_the_actions_write_the_store(path: Path) -> None:
    if path.stem in ACTIONS | {"actions"}:
        return
    code = without_comments(path)
    of_the_page = "page|desk" if "createStore(" in code else "page|desk|store"  # a store of one's own may be written
    assert not re.search(rf"\b({of_the_page})\.set\b|\bset\b[^{{}}]*\}} = ({of_the_page})\b", code)
    known = set(re.findall(r"""from "\./([\w-]+)\.js";""", code))
    assert not known & ACTIONS, f"{path.name} asks actions.js for what its parts do"


@pytest.mark.parametrize("part", sorted(ACTIONS))
def test_the_actions_know_each_other_by_the_desk_alone(part: str) -> None:
    path = ROOT / "static" / "js" / f"{part}.js"
    assert not {Path(name).stem for name in js_imports(path) if name} & ACTIONS - {"actions"}
    given = {
        each: re.findall(r"\w+", without_comments(path.with_stem(each)).rpartition("return {")[2]) for each in ACTIONS
    }
    asked = re.findall(r"\bdesk\.(\w+)\.(\w+)", without_comments(path))
    asked += re.findall(r"(?<![\w.])(\w+)\.(\w+)", re.sub(r'".*?"', "", without_comments(path.with_stem("actions"))))
    for other, name in asked:
        assert other not in ACTIONS or name in given[other], f"nothing in {other}.js is called {name}"


@pytest.mark.parametrize("part", sorted(LESSON))
def test_the_parts_of_a_lesson_know_each_other_by_the_lectern_alone(part: str) -> None:
    folder = ROOT / "static" / "js"
    own = {f"lesson{each}.js" for each in LESSON}
    assert not {Path(name).name for name in js_imports(folder / f"lesson{part}.js")} & own
    given = {
        each: re.findall(r"\w+", without_comments(folder / f"lesson{each}.js").rpartition("return {")[2])
        for each in LESSON
    }
    for other, name in re.findall(r"\blectern\.(\w+)\.(\w+)", without_comments(folder / f"lesson{part}.js")):
        assert other not in LESSON or name in given[other], f"nothing in lesson{other}.js is called {name}"
    for path in js_files():
        assert path.name == "lesson.js" or not {Path(name).name for name in js_imports(path)} & own, path.name


def test_the_pages_carry_no_inline_script_or_style() -> None:
    for path in sorted((ROOT / "templates").rglob("*.html")):
        text = path.read_text()
        assert not re.search(r"\sstyle\s*=|<style|\son\w+\s*=", text), path.name
        for attributes, body in re.findall(r"<script([^>]*)>(.*?)</script>", text, flags=re.S):
            assert "src=" in attributes or "application/json" in attributes, f"{path.name}: {body[:60]}"


def test_the_top_level_holds_nothing_without_need() -> None:
    names = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    tracked = {"app", "static", "templates", "tests", "Dockerfile", "pyproject.toml", "README.md", "LICENSE"}
    assert names <= tracked | {"artefacts", "build", "dist"} | {n for n in names if n.endswith(".egg-info")}
