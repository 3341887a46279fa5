"""A real Firefox, driven by Marionette, the protocol it speaks itself: JSON over a socket, as geckodriver writes it."""

import json
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Any

from tests.browser.waiting import REST

BEGIN = 60  # seconds in which it has to answer
PATIENCE = 30_000  # ms for a condition to come to hold on a page
KEYS = {"ArrowLeft": "\ue012", "ArrowRight": "\ue014", "End": "\ue010", "Home": "\ue011", "Escape": "\ue00c"}

# Quiet and offline.
PREFERENCES = """
user_pref("marionette.port", PORT);
user_pref("app.normandy.enabled", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("services.settings.server", "http://127.0.0.1:9");
user_pref("toolkit.telemetry.server", "");
"""

UNTIL = """const [arg, patience, done] = arguments;
const begun = performance.now();
const holds = HOLDS;
const look = () => {
  if (holds(arg)) return done(true);
  if (performance.now() - begun > patience) return done(false);
  setTimeout(look, 16); // a hidden tab has no frames
};
look();"""

# Errors of the page at this origin: thrown, or written to the console. Warnings are the browser's own advice. A formula
# that is laid out before all of it has arrived is called invalid: a test judges it once it is whole.
ERRORS = """const [origin] = arguments;
const thrown = Services.console.getMessageArray().filter((one) =>
  one instanceof Ci.nsIScriptError && one.sourceName.startsWith(origin) && !(one.flags & one.warningFlag) &&
  !/Incorrect number of children for <m\\w+\\/> tag/.test(one.errorMessage));
const events = Cc["@mozilla.org/consoleAPI-storage;1"].getService(Ci.nsIConsoleAPIStorage).getEvents();
const written = events.filter(({ filename, level }) => filename.startsWith(origin) && /error|assert|warn/.test(level));
return [...thrown.map(String), ...written.map(({ level, arguments: said }) => [level, ...said].join(" "))];"""


def find_firefox() -> str:
    """Path of the browser; FileNotFoundError where there is none (a check that can't run has failed)."""
    found = os.environ.get("FIREFOX") or next(filter(None, map(shutil.which, ("firefox-esr", "firefox"))), None)
    if found is None:
        raise FileNotFoundError("no Firefox: install Debian's `firefox-esr`")
    return found


class Firefox:
    """A browser with one window. Scripts are the body of a function of `arguments`."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.count = 0
        self.receive()  # it says hello
        self.call("WebDriver:NewSession")

    def receive(self) -> Any:
        """A message is its length in bytes, a colon, and JSON."""
        length = b""
        while (byte := self.connection.recv(1)) != b":":
            if not byte:
                raise ConnectionError("Firefox has closed the connection")
            length += byte
        text = b""
        while len(text) < int(length):
            text += self.connection.recv(int(length) - len(text))
        return json.loads(text)

    def call(self, name: str, **fields: Any) -> Any:
        """What a command answers; RuntimeError where it is refused."""
        self.count += 1
        message = json.dumps([0, self.count, name, fields]).encode()
        self.connection.sendall(f"{len(message)}:".encode() + message)
        _, _, error, result = self.receive()
        if error:
            raise RuntimeError(f"{name}: {error['error']}: {error['message']}")
        return result.get("value", result) if isinstance(result, dict) else result

    def goto(self, url: str) -> None:
        self.call("WebDriver:Navigate", url=url)

    def run(self, script: str, *values: Any) -> Any:
        return self.call("WebDriver:ExecuteScript", script=script, args=values)

    def becomes(self, holds: str, value: Any = None) -> None:
        """An assertion, which waits: a JavaScript function of `value` comes to hold on the page."""
        script = UNTIL.replace("HOLDS", holds)
        held = self.call(
            "WebDriver:ExecuteAsyncScript", script=script, args=[value, PATIENCE], scriptTimeout=2 * PATIENCE
        )
        assert held, f"never held: {holds} of {value}"

    def comes_to_rest(self) -> None:
        """An assertion, which waits: nothing fades, and nothing is written, for some frames."""
        script = f"({REST})(arguments[0]).then(arguments[1]);"
        rests = self.call(
            "WebDriver:ExecuteAsyncScript", script=script, args=[[4, False, PATIENCE]], scriptTimeout=2 * PATIENCE
        )
        assert rests, "the page did not come to rest"

    def resize(self, width: int, height: int) -> None:
        """A page so wide and high, in a window that no theme makes narrower than 450 pixels."""
        for _ in range(2):  # the second time it is known what the frame takes
            now = self.call("WebDriver:GetWindowRect")
            inner = self.run("return [innerWidth, innerHeight]")
            size = {"width": width + now["width"] - inner[0], "height": height + now["height"] - inner[1]}
            self.call("WebDriver:SetWindowRect", **size)
        self.privileged("gBrowser.selectedBrowser.style.maxWidth = `${arguments[0]}px`", width)
        self.becomes("([w, h]) => innerWidth === w && innerHeight === h", [width, height])

    def privileged(self, script: str, *values: Any) -> Any:
        """The same in the browser's own window."""
        self.call("Marionette:SetContext", value="chrome")
        try:
            return self.run(script, *values)
        finally:
            self.call("Marionette:SetContext", value="content")

    def press(self, *keys: str) -> None:
        strokes = [{"type": way, "value": KEYS.get(key, key)} for key in keys for way in ("keyDown", "keyUp")]
        self.call("WebDriver:PerformActions", actions=[{"type": "key", "id": "keyboard", "actions": strokes}])

    def click(self, x: float, y: float) -> None:
        moves: list[dict[str, Any]] = [
            {"type": "pointerMove", "x": round(x), "y": round(y), "origin": "viewport"},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        self.call("WebDriver:PerformActions", actions=[{"type": "pointer", "id": "mouse", "actions": moves}])

    @contextmanager
    def another_tab(self) -> Iterator[None]:
        """Another tab is shown; scripts still run in the one that is hidden by it."""
        here = self.call("WebDriver:GetWindowHandle")
        other = self.call("WebDriver:NewWindow", type="tab", focus=True)["handle"]
        try:
            yield
        finally:
            self.call("WebDriver:SwitchToWindow", handle=other)
            self.call("WebDriver:CloseWindow")
            self.call("WebDriver:SwitchToWindow", handle=here, focus=True)

    def errors(self, origin: str) -> list[str]:
        """What pages of this origin have thrown, or written to the console, since the browser began."""
        found: list[str] = self.privileged(ERRORS, origin)
        return found


@contextmanager
def firefox() -> Iterator[Firefox]:
    """A new browser with a profile of its own, ended afterwards."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as home, socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
        free.close()
        (Path(home) / "user.js").write_text(PREFERENCES.replace("PORT", str(port)))
        command = [find_firefox(), "--headless", "--no-remote", "--profile", home]
        process = subprocess.Popen(
            [*command, "--marionette", "--remote-allow-system-access"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "HOME": home},
        )
        try:
            with connection(port, process) as connected:
                yield Firefox(connected)
        finally:
            process.terminate()
            process.wait(20)


def connection(port: int, process: subprocess.Popen[bytes]) -> socket.socket:
    """Its socket, as soon as it listens."""
    begun = monotonic()
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=BEGIN)
        except OSError:
            if process.poll() is not None or monotonic() - begun > BEGIN:
                raise
            sleep(0.05)
