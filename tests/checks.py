"""What is checked, and by which command: the whole project, or one room of it."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIOME = "@biomejs/biome@2.6.8"
TYPESCRIPT = "typescript@5.9"
NPX = ["npx", "--yes", "--prefer-offline"]
TWO_AT_ONCE = ["--numprocesses=2", "--dist=worksteal"]
# For a third of its time a test of a page waits for what moves in it.
THREE_AT_ONCE = ["--numprocesses=3", "--dist=worksteal"]
# Of pytest's plugins that take long to load, those that a check has no use for.
LIGHT = ["-p", "no:schemathesis", "-p", "no:hypothesispytest"]
# To load pytest takes longer than the tests of the imports: one process of it.
ALONE = ["--numprocesses=0", *LIGHT]

Commands = dict[str, list[str]]

CHECKS: Commands = {
    "format": ["ruff", "format", "--check", "."],
    "lint": ["ruff", "check", "."],
    "types": ["mypy"],
    "js-lint": [*NPX, BIOME, "ci", "--colors=off", "static/js", "static/css", "tests/js"],
    "js-types": [*NPX, "-p", TYPESCRIPT, "tsc", "-p", "tests/js/tsconfig.json"],
    "js": ["node", "--test", "tests/js/*/*.test.js"],
    "python": ["pytest", *TWO_AT_ONCE, "--ignore=tests/browser"],
    "browser": ["pytest", *THREE_AT_ONCE, *LIGHT, "tests/browser"],
    "lighthouse": ["python", "-m", "tests.lighthouse"],
}


def room(name: str, root: Path = ROOT) -> Commands:
    """Style and types of a room's files, and its own tests, by name of the check; empty where no such room is.

    Its pages in a browser are left to the whole run.
    """

    if name not in rooms(root):
        return {}

    def there(*paths: str) -> list[str]:
        return [path for path in paths if (root / path).exists()]

    python = there(f"app/{name}", f"tests/{name}", f"tests/test_{name}.py")
    scripts = there(f"static/js/{name}", f"static/css/{name}", f"tests/js/{name}")
    checks: Commands = {}
    if python:
        checks["format"] = [*CHECKS["format"][:-1], *python]
        checks["lint"] = [*CHECKS["lint"][:-1], *python]
        checks["types"] = CHECKS["types"]
    if scripts:
        checks["js-lint"] = [*CHECKS["js-lint"][:-3], *scripts]
        checks["js-types"] = CHECKS["js-types"]
    if there(f"tests/js/{name}"):
        checks["js"] = ["node", "--test", f"tests/js/{name}/*.test.js"]
    if python or scripts:
        own = there(f"tests/test_{name}.py", f"tests/{name}")
        how = [*TWO_AT_ONCE, "-m", "not long"] if own else ALONE
        checks["python"] = ["pytest", *how, *there("tests/test_architecture.py"), *own]
    return checks


def rooms(root: Path = ROOT) -> list[str]:
    """Names of the folders that a room may lie in."""
    parents = [root / each for each in ("app", "static/js")]
    return sorted(
        {path.name for parent in parents for path in parent.iterdir() if path.is_dir() and path.name[0] != "_"}
    )
