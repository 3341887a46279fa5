"""Lighthouse's audit of the pages, as a phone and as a desktop: `python -m tests.lighthouse`.

Only what does not depend on the machine is judged: accessibility, best practices and what a search engine needs. The
score for speed is a clock's, and printed for information with `--speed`.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from app.main import create_app
from app.settings import Settings
from tests.chromium import find_chromium
from tests.conftest import serving

LIGHTHOUSE = "lighthouse@13"
ATTEMPTS = 3
JUDGED = ("accessibility", "best-practices", "seo")
PAGES = ("/", "/story")
FORMS = {"phone": [], "desktop": ["--preset=desktop"]}


def report(url: str, categories: tuple[str, ...], options: list[str]) -> dict:
    """Lighthouse's own report; RuntimeError where it could not be made."""
    npx = shutil.which("npx")
    if npx is None:
        raise FileNotFoundError("npx is missing: pip install -e '.[dev]'")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.json"
        command = [npx, "--yes", LIGHTHOUSE, url, "--quiet", "--output=json", f"--output-path={path}", *options]
        command += [f"--only-categories={','.join(categories)}", "--chrome-flags=--headless=new --no-sandbox"]
        environment = {**os.environ, "CHROME_PATH": find_chromium()}
        for attempt in range(1, ATTEMPTS + 1):  # now and then Chromium's own trace of a page load lacks its beginning
            done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=180, check=False)
            if done.returncode == 0:
                break
            if attempt == ATTEMPTS:
                raise RuntimeError(done.stderr)
        return json.loads(path.read_text())


def complaints(found: dict, judged: tuple[str, ...] = JUDGED) -> list[str]:
    """One line for each audit that did not pass, with the elements that it names."""
    lines = []
    for category in judged:
        for reference in found["categories"][category]["auditRefs"]:
            audit = found["audits"][reference["id"]]
            if audit["scoreDisplayMode"] == "error" or (audit["score"] is not None and audit["score"] < 1):
                items = audit.get("details", {}).get("items", [])
                named = [item["node"]["snippet"] for item in items if "node" in item]
                lines.append(f"{category}: {audit['title']} {'; '.join(named)}")
    return lines


def main(arguments: list[str]) -> int:
    speed = arguments == ["--speed"]
    failed = False
    with serving(create_app(Settings())) as url:
        for page in PAGES:
            for form, options in FORMS.items():
                found = report(url + page, (*JUDGED, "performance") if speed else JUDGED, options)
                scores = {name: category["score"] for name, category in found["categories"].items()}
                print(page, form, scores, flush=True)
                for line in complaints(found):
                    failed = True
                    print(f"   {line}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
