"""What the image installs: every dependency, at one version, by its hash."""

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]


def locked() -> dict[str, str]:
    """Versions by name, of entries that have a hash."""
    text = (ROOT / "requirements.lock").read_text()
    entries = re.findall(
        r"^(\S+?)==(\S+)(?: ; [^\\]+?)? \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", text, re.M
    )
    assert len(entries) == len(re.findall(r"^[^\s#]", text, re.M)), "an entry without a version or a hash"
    return {canonicalize_name(name): version for name, version, _ in entries}


def test_the_lock_holds_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    versions = locked()
    for line in project["dependencies"]:
        asked = Requirement(line)
        assert asked.specifier.contains(versions[canonicalize_name(asked.name)]), line


def test_the_image_installs_by_the_lock_and_runs_without_rights_and_without_pip() -> None:
    text = (ROOT / "Dockerfile").read_text()
    assert "--require-hashes -r requirements.lock" in text
    assert "--no-deps ." in text
    assert all(re.fullmatch(r"python:3\.\d+\.\d+-slim-\w+", base) for base in re.findall(r"^FROM (\S+)", text, re.M))
    assert re.search(r"^USER \d+:\d+$", text, re.M)
