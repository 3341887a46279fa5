"""The run of all checks: two at a time, each told by itself; a room's own checks; what is tried once more."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests import __main__ as command
from tests.checks import ALONE, CHECKS, ROOT, room, rooms

# Each waits for the other before it ends: one after the other, they would not meet.
MEETS = """
import pathlib, sys, time
mine, other = map(pathlib.Path, sys.argv[1:])
print(mine.name, "begins", flush=True)
mine.touch()
until = time.monotonic() + 60
while not other.exists() and time.monotonic() < until:
    time.sleep(0.01)
print(mine.name, "met", other.name, other.exists(), flush=True)
"""


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """In place of the project's own checks."""
    made: dict[str, list[str]] = {}
    monkeypatch.setattr(command, "CHECKS", made)
    return made


def test_two_checks_go_at_once_and_the_lines_of_each_are_kept_together(
    checks: dict[str, list[str]], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    for mine, other in (("one", "two"), ("two", "one")):
        checks[mine] = [sys.executable, "-c", MEETS, str(tmp_path / mine), str(tmp_path / other)]
    assert command.main([]) == 0
    told = capfd.readouterr().out
    assert "one begins\none met two True\n   passed in" in told
    assert "two begins\ntwo met one True\n   passed in" in told
    assert told.endswith("2 passed, 0 failed\n")


def test_a_check_that_fails_is_named_and_told_in_full(
    checks: dict[str, list[str]], capfd: pytest.CaptureFixture[str]
) -> None:
    checks["well"] = [sys.executable, "-c", "print('fine')"]
    checks["ill"] = [sys.executable, "-c", "import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"]
    checks["missing"] = ["no-such-program"]
    assert command.main([]) == 1
    told = capfd.readouterr().out
    assert {"out", "err", "fine"} <= set(told.splitlines())
    assert "no-such-program is missing" in told
    assert told.endswith("1 passed, 2 failed: ill, missing\n")


def test_what_was_tried_once_more_is_named_again_at_the_end(
    checks: dict[str, list[str]], capfd: pytest.CaptureFixture[str]
) -> None:
    checks["browser"] = [sys.executable, "-c", "print('RERUN tests/browser/test_slow.py::test_slow')"]
    checks["other"] = [sys.executable, "-c", "print('RERUNS are none')"]
    assert command.main([]) == 0
    last = capfd.readouterr().out.rpartition("met a time limit and were tried once more:\n")[2]
    assert last == "   RERUN tests/browser/test_slow.py::test_slow\n2 passed, 0 failed\n"


@pytest.mark.parametrize("names", [["nonsense"], ["lint", "nonsense"], ["room"], ["room", "nonsense"], ["room", "."]])
def test_what_there_is_not_is_answered_with_what_there_is(names: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(names) == 2
    assert (", ".join(rooms()) if names[0] == "room" else ", ".join(CHECKS)) in capsys.readouterr().err


def test_every_room_has_checks_of_its_own_files_alone() -> None:
    assert {"engine", "tape"} <= set(rooms())
    for name in rooms():
        checks = room(name)
        assert checks.keys() <= CHECKS.keys() - {"browser", "lighthouse"}
        paths = [each for line in checks.values() for each in line if each.startswith(("app/", "static/", "tests/"))]
        own = [path for path in paths if name in path]
        assert own
        assert set(paths) - set(own) <= {"tests/test_architecture.py", "tests/js/tsconfig.json"}


def test_a_room_of_both_languages_is_checked_in_both(tmp_path: Path) -> None:
    for folder in ("app/tape", "tests/tape", "static/js/tape", "tests/js/tape"):
        (tmp_path / folder).mkdir(parents=True)
    checks = room("tape", tmp_path)
    assert list(checks) == ["format", "lint", "types", "js-lint", "js-types", "js", "python"]
    assert checks["lint"] == ["ruff", "check", "app/tape", "tests/tape"]
    assert checks["js-lint"][-3:] == ["--colors=off", "static/js/tape", "tests/js/tape"]
    assert checks["js"] == ["node", "--test", "tests/js/tape/*.test.js"]
    assert checks["python"][-3:] == ["-m", "not long", "tests/tape"]


def test_a_room_of_scripts_loads_nothing_but_the_test_of_its_imports() -> None:
    assert room("tape")["python"] == ["pytest", *ALONE, "tests/test_architecture.py"]


ONCE_MORE = """
import httpx, pytest
from playwright.sync_api import TimeoutError as TimeLimit
from tests.browser.conftest import once_more
pytestmark = once_more
seen = []

@pytest.fixture
def complaint():
    yield
    assert "complains" not in seen[-1:]

def test_slow_page():
    seen.append("page")
    if seen.count("page") == 1: raise TimeLimit("Timeout 30000ms exceeded.")

def test_slow_server():
    seen.append("server")
    if seen.count("server") == 1: raise httpx.ReadTimeout("timed out")

def test_too_slow():
    raise TimeLimit("Timeout 30000ms exceeded.")

def test_wrong():
    seen.append("wrong")
    assert seen.count("wrong") == 2, "Timeout 30000ms exceeded."

def test_slow_and_complaining(complaint):
    seen.append("complains")
    if seen.count("complains") == 1: raise TimeLimit("Timeout 30000ms exceeded.")

def test_broken():
    seen.append("broken")
    if seen.count("broken") == 1: raise LookupError("nothing there")
"""


def test_a_time_limit_is_tried_once_more_and_named_and_nothing_else_is(tmp_path: Path) -> None:
    (tmp_path / "test_once_more.py").write_text(ONCE_MORE)
    options = ["-c", ROOT / "pyproject.toml", "--rootdir", tmp_path, "-p", "no:cacheprovider", "--numprocesses=2"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, tmp_path], cwd=ROOT, capture_output=True, text=True, check=False
    )
    named = [line.split("::")[-1] for line in done.stdout.splitlines() if line.startswith(command.RERUN)]
    assert sorted(named) == ["test_slow_page", "test_slow_server", "test_too_slow"], done.stdout
    failed = {line.split()[1].split("::")[-1] for line in done.stdout.splitlines() if line.startswith("FAILED ")}
    assert failed == {"test_too_slow", "test_wrong", "test_slow_and_complaining", "test_broken"}, done.stdout
