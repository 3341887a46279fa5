"""Where a Chromium is: named by CHROMIUM, installed on the system, or Playwright's own.

Its headless shell first: the same engine without the windows around it, for a quarter less of processor time.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

INSTALLED = ("chromium-headless-shell", "chrome-headless-shell", "chromium", "chromium-browser", "google-chrome")

# Suggestions below an address bar that no test uses cost two processes and a third of the time of every new page.
# Only the last such flag counts, so those of Playwright's that matter here are named again.
NEEDLESS = [
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PreconnectToSearch",
    "HttpsUpgrades",
    "MediaRouter",
    "PaintHolding",
]

# Quiet and offline: a test browser has no business with other hosts.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join(NEEDLESS)}",
]


def playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def find_chromium(install: bool = False) -> str:
    """Path of the browser; FileNotFoundError where there is none (a check that can't run has failed)."""
    named = os.environ.get("CHROMIUM")
    found = named or next(filter(None, map(shutil.which, INSTALLED)), None)
    found = found or playwrights_own()
    if found is None and install:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)
        found = playwrights_own()
    if found is None:
        raise FileNotFoundError("no Chromium: install Debian's `chromium`, or `python -m playwright install chromium`")
    return found
