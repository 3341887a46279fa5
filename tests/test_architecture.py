"""The architecture in both languages: who may import whom; a new arrow is a decision, made here first."""

import ast
import re
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from app.static_files import script_imports

ROOT = Path(__file__).resolve().parents[1]

# Each room of app/, and what of our own it may know.
ROOMS: dict[str, set[str]] = {
    "app.engine": {"app"},
    "app.data": {"app"},
    "app.runs": {"app.engine", "app.data", "app"},
    "app.threads": set(),
    "app.progress": set(),
    "app.client": {"app.progress"},
    "app.metrics": set(),
    "app.logs": set(),
    "app.store": {"app.engine", "app.runs", "app.metrics", "app"},
    "app.work": {"app.runs", "app.metrics", "app"},
    "app.connections": {"app.heads", "app.work", "app.settings"},
    "app.settings": set(),
    "app.glossary": set(),
    "app.api": {
        "app.runs",
        "app.store",
        "app.work",
        "app.settings",
        "app.glossary",
        "app.precompressed",
        "app.metrics",
        "app.logs",
        "app",
    },
    "app.heads": set(),
    "app.precompressed": set(),
    "app.static_files": {"app.precompressed"},
    "app.teaching": set(),
    "app.rendering": {"app.precompressed", "app.work"},
    "app.pages": {
        "app.rendering",
        "app.precompressed",
        "app.static_files",
        "app.runs",
        "app.glossary",
        "app.teaching",
        "app",
    },
    "app.story": {"app.runs", "app.engine", "app.data"},
    "app.story_pages": {
        "app.rendering",
        "app.story",
        "app.precompressed",
        "app.pages",
        "app.runs",
        "app.glossary",
        "app",
    },
    "app.main": {
        "app.api",
        "app.static_files",
        "app.pages",
        "app.story_pages",
        "app.settings",
        "app.runs",
        "app.store",
        "app.work",
        "app.logs",
        "app",
    },
    "app.cli": {
        "app.main",
        "app.api",
        "app.settings",
        "app.store",
        "app.runs",
        "app.progress",
        "app.client",
        "app.connections",
        "app",
    },
    "app.__main__": {"app.cli"},
    "app": {"app.client"},
}
# What each room may take from outside the standard library.
PACKAGES: dict[str, set[str]] = {
    "app.engine": {"numpy"},
    "app.data": {"numpy", "charset_normalizer"},
    "app.runs": {"numpy", "pydantic"},
    "app.threads": set(),
    "app.progress": set(),
    "app.client": {"httpx", "numpy"},
    "app.metrics": {"prometheus_client"},
    "app.logs": set(),
    "app.store": {"anyio", "numpy", "orjson", "redis"},
    "app.work": set(),
    "app.connections": set(),
    "app.settings": {"pydantic", "pydantic_settings"},
    "app.glossary": set(),
    "app.api": {
        "numpy",
        "pydantic",
        "fastapi",
        "starlette",
        "orjson",
        "fastapi_offline",
        "jinja2",
        "backports",
        "compression",  # of Python 3.14
    },
    "app.heads": {"uvicorn"},
    "app.precompressed": {"brotli", "starlette"},
    "app.static_files": {"fastapi", "starlette"},
    "app.teaching": set(),
    "app.rendering": {"starlette"},
    "app.pages": {"fastapi", "starlette", "jinja2", "orjson", "segno"},
    "app.story": {"numpy", "orjson"},
    "app.story_pages": {"fastapi", "starlette", "orjson"},
    "app.main": {"fastapi", "starlette"},
    "app.cli": {"click", "numpy", "platformdirs", "pydantic", "uvicorn"},
    "app.__main__": set(),
    "app": set(),
}

# Each room of static/js, and which other rooms it may import. The pages' entry scripts lie beside
# the rooms: they may import all of them, and nobody imports an entry script.
JS_ROOMS: dict[str, set[str]] = {
    "format": set(),
    "dom": {"format"},
    "run": {"format"},
    "session": {"format", "run"},
    "plane": {"dom", "format", "run"},
    "network": {"dom", "format", "plane", "run"},
    "charts": {"dom", "format", "run"},
    "tape": {"charts", "dom", "format", "run"},
    "inspector": {"format", "run"},
    "setup": {"dom", "format", "run"},
    "page": {"dom", "format", "run", "session"},
    "instruments": {"dom", "format", "network", "plane", "run", "session"},
    "lessons": {"charts", "dom", "format", "instruments", "network", "plane", "run", "session"},
    "story": {"dom", "format", "network", "run", "session", "tape"},
}
JS_ENTRIES = {"main.js", "story.js", "theme.js"}
# What a room shows to the others: only these of its files are imported from outside.
JS_FACES: dict[str, set[str]] = {"session": {"api", "commands", "store", "url"}, "lessons": {"lesson", "list"}}
# The only file that speaks to the server, and the rooms that know no browser at all and are tested in Node.
JS_FETCH = "session/api.js"
JS_PURE = {"format", "run"}
JS_BROWSER = re.compile(r"\b(document|window|fetch|localStorage|sessionStorage|navigator)\b")


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


@pytest.mark.parametrize("path", python_files(), ids=module_name)
def test_our_own_modules_are_imported_relatively(path: Path) -> None:
    """The folder is `app` in a checkout and `backprop_playground` once installed: nothing may name either."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            assert not [alias.name for alias in node.names if alias.name.partition(".")[0] == "app"]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            assert (node.module or "").partition(".")[0] != "app"


JS = ROOT / "static" / "js"


def js_files() -> list[Path]:
    return sorted(JS.rglob("*.js"))


def js_name(path: Path) -> str:
    return path.relative_to(JS).as_posix()


def js_imports(path: Path) -> list[str]:
    """What a script imports, statically or on demand, as it writes it."""
    text = path.read_text()
    return [*script_imports(text), *re.findall(r"""\bimport\(\s*["'`]([^"'`]+)["'`]""", text)]


@pytest.mark.parametrize("path", js_files(), ids=js_name)
def test_javascript_imports_follow_the_arrows(path: Path) -> None:
    room = js_name(path).rpartition("/")[0]
    for name in js_imports(path):
        assert name.startswith("."), f"{name}: only our own files, no build, no third party"
        target = (path.parent / name).resolve()
        assert target.exists(), f"{name} does not exist"
        known = js_name(target).rpartition("/")[0]
        assert known, f"nobody imports the entry script {name}"
        if room and known != room:
            assert known in JS_ROOMS[room], f"{room} must not know {known}"
            assert target.stem in JS_FACES.get(known, {target.stem}), f"{name} is the inside of {known}"


def test_the_rooms_are_those_of_the_table_and_have_no_cycle() -> None:
    assert {js_name(path).rpartition("/")[0] for path in js_files()} == {"", *JS_ROOMS}
    assert {path.name for path in JS.glob("*.js")} == JS_ENTRIES
    tuple(TopologicalSorter(JS_ROOMS).static_order())  # CycleError where there is one


@pytest.mark.parametrize("kind", ["css", "tests"])
def test_sheets_and_tests_lie_in_the_same_rooms(kind: str) -> None:
    folder = ROOT / "static" / "css" if kind == "css" else ROOT / "tests" / "js"
    assert {path.name for path in folder.iterdir() if path.is_dir()} <= set(JS_ROOMS)
    for path in folder.rglob("*.test.js"):
        script = path.name.removesuffix(".test.js") + ".js"
        assert (JS / path.parent.name / script).exists(), f"{path.name} tests no script of its name"


@pytest.mark.parametrize("path", js_files(), ids=js_name)
def test_only_one_javascript_file_speaks_to_the_server(path: Path) -> None:
    code = re.sub(r"/\*.*?\*/|//[^\n]*", "", path.read_text(), flags=re.S)
    if js_name(path) != JS_FETCH:
        assert not re.search(r"\bfetch\(|XMLHttpRequest|EventSource|WebSocket", code)
    if path.parent.name in JS_PURE:
        assert not JS_BROWSER.search(re.sub(r"""(["'`])(?:\\.|(?!\1).)*\1""", "", code)), f"{path.parent.name} is pure"


def test_the_pages_carry_no_inline_script_or_style() -> None:
    for path in sorted((ROOT / "templates").rglob("*.html")):
        text = path.read_text()
        assert not re.search(r"\sstyle\s*=|<style|\son\w+\s*=", text), path.name
        for attributes, body in re.findall(r"<script([^>]*)>(.*?)</script>", text, flags=re.S):
            assert "src=" in attributes or "application/json" in attributes, f"{path.name}: {body[:60]}"


def test_the_top_level_holds_nothing_without_need() -> None:
    names = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    tracked = {
        "app",
        "static",
        "templates",
        "tests",
        "Dockerfile",
        "compose.yaml",
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "requirements.lock",
    }
    assert names <= tracked | {"artefacts", "build", "dist"} | {n for n in names if n.endswith(".egg-info")}
