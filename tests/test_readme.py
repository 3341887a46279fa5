"""The README's lines run as pasted, and what README and CONTRIBUTING name is there."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from app.runs.measures import MEASURES
from app.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text()
TOP = ("app/", "static/", "templates/", "tests/", ".ci/")


def blocks(heading: str, language: str) -> list[str]:
    """The fenced blocks of a language under a heading."""
    section = README.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return re.findall(rf"```{language}\n(.*?)```", section, flags=re.S)


@pytest.mark.parametrize(
    ("language", "command"), [("sh", ["bash", "-euo", "pipefail", "-c"]), ("python", [sys.executable, "-c"])]
)
def test_the_api_lines_of_the_readme_run_as_pasted(
    server_url: str, tmp_path: Path, language: str, command: list[str]
) -> None:
    found = blocks("Drive it from a script", language)
    assert found
    for block in found:
        code = block.replace("http://127.0.0.1:8000", server_url.rstrip("/"))
        done = subprocess.run([*command, code], cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert "problem" not in done.stdout
        assert any(output in done.stdout for output in ('"evaluation"', "test accuracy", "'outputs'"))


def test_the_readme_names_every_dependency_with_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for requirement in [*project["dependencies"], *project["optional-dependencies"]["dev"]]:
        name, bound, _ = re.split(r"(>=|==)", requirement)
        assert bound
        assert name in README, name


def test_the_readme_names_every_setting_with_its_default() -> None:
    for name, field in Settings.model_fields.items():
        variable = str(field.validation_alias or f"{Settings.model_config['env_prefix']}{name.upper()}")
        row = re.search(rf"^\| `{variable}` \|.*\| (.*) ?\|$", README, flags=re.M)
        assert row is not None, variable
        assert row.group(1).strip() == str(field.default), variable


def test_the_readme_lists_what_an_address_may_hide_and_show() -> None:
    """By group, in the order of the page's own table."""
    table = (ROOT / "static" / "js" / "page" / "parts.js").read_text().partition("GROUPS = {")[2].partition("\n};")[0]
    for group, entries in re.findall(r"^  (\w+): \{\n(.*?)^  \},", table, flags=re.M | re.S):
        names = re.findall(r"^    (\w+): \{", entries, flags=re.M)
        assert len(names) > 5
        assert f"| `{group}` | {' '.join(f'`{name}`' for name in names)} |" in README


def test_a_goal_names_its_measures_as_the_experiments_do() -> None:
    table = (ROOT / "static" / "js" / "run" / "goal.js").read_text().partition("MEASURES = {")[2].partition("\n};")[0]
    found = re.findall(r"^  (\w+): \{\s*title: \"(.*?)\"", table, flags=re.M)
    assert len(found) > 5
    for name, title in found:
        assert MEASURES[name].title == title
        assert f"`{name}`" in README.partition("A goal's conditions")[2].partition("\n\n")[0]


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_every_path_and_module_that_a_page_names_exists(page: str) -> None:
    """A path begins with a folder of the top level; one with a <placeholder> stands for many."""
    quoted = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", (ROOT / page).read_text(), flags=re.S))
    modules = [name.replace(".", "/") for text in quoted for name in re.findall(r"-m ([\w.]+)", text)]
    paths = [text for text in quoted if text.startswith(TOP) and "<" not in text]
    assert len(paths) > 5
    assert modules
    assert [path for path in paths if not (ROOT / path).exists()] == []
    assert [
        name for name in modules if not any((ROOT / f"{name}{end}").exists() for end in (".py", "/__main__.py"))
    ] == []
