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
from statistics import median

from app.main import create_app
from app.settings import Settings
from tests.chromium import find_chromium
from tests.conftest import serving
from tests.proxy import behind_nginx

LIGHTHOUSE = "lighthouse@13"
ATTEMPTS = 3
JUDGED = ("accessibility", "best-practices", "seo")
PAGES = ("/", "/story", "/glossary")
FORMS = {"phone": [], "desktop": ["--preset=desktop"]}
LOADS = 5
CHROME = "--headless=new --no-sandbox --ignore-certificate-errors"
TIMES = {
    "first paint": "first-contentful-paint",
    "largest paint": "largest-contentful-paint",
    "blocked": "total-blocking-time",
}


def report(url: str, categories: tuple[str, ...], options: list[str]) -> dict:
    """Lighthouse's own report; RuntimeError where it could not be made."""
    npx = shutil.which("npx")
    if npx is None:
        raise FileNotFoundError("npx is missing: pip install -e '.[dev]'")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.json"
        command = [npx, "--yes", LIGHTHOUSE, url, "--quiet", "--output=json", f"--output-path={path}", *options]
        command += [f"--only-categories={','.join(categories)}", f"--chrome-flags={CHROME}"]
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


def judge(url: str) -> bool:
    """Prints every page's scores and complaints, and says whether there are none."""
    passed = True
    for page in PAGES:
        for form, options in FORMS.items():
            found = report(url + page, JUDGED, options)
            print(page, form, {name: category["score"] for name, category in found["categories"].items()}, flush=True)
            for line in complaints(found):
                passed = False
                print(f"   {line}")
    return passed


def measure(url: str, name: str) -> None:
    """Prints the median of several first loads of every page as a phone; the machine's own speed with it."""
    for page in PAGES:
        found = [report(url + page, ("performance",), []) for _ in range(LOADS)]
        score = median(each["categories"]["performance"]["score"] for each in found)
        times = [
            f"{word} {median(each['audits'][i]['numericValue'] for each in found):.0f} ms" for word, i in TIMES.items()
        ]
        machine = median(each["environment"]["benchmarkIndex"] for each in found)
        print(f"{page} {name}: {score:.2f} ({', '.join(times)}; machine {machine:.0f})", flush=True)


def main(arguments: list[str]) -> int:
    with serving(create_app(Settings())) as url:
        if arguments != ["--speed"]:
            return int(not judge(url))
        measure(url, "from the server itself")
        with behind_nginx(url) as proxy:
            measure(proxy, "behind nginx, HTTP/2")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
