"""nginx in front of one server or several, as on the internet: HTTP/2 over TLS, a certificate made for the occasion."""

import re
import shutil
import socket
import ssl
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent

ROOT = Path(__file__).resolve().parents[1]
HEAD = """
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
"""
TEMPORARY = "".join(
    f"  {kind}_temp_path {{folder}}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
)


def config_of(folder: str, port: int, servers: Sequence[str]) -> str:
    """The proxy of compose.yaml, with its files in a folder, and before other servers."""
    text = (ROOT / "compose.yaml").read_text().partition("content: |\n")[2].partition("\nvolumes:")[0]
    text = dedent(text).replace("$$", "$").replace("/certificate/", f"{folder}/")
    text = text.replace("listen 8443", f"listen 127.0.0.1:{port}")
    text = text.replace("http {\n", "http {\n" + TEMPORARY.format(folder=folder), 1)
    before, *named, after = re.split(r" +server \w+:8000 ([^;]*);\n", text)
    how = named[0]
    return HEAD.format(folder=folder) + before + "".join(f"    server {each} {how};\n" for each in servers) + after


SELF_SIGNED = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def speaks_http2(port: int) -> bool:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols(["h2"])
    try:
        with socket.create_connection(("127.0.0.1", port), 1) as plain, context.wrap_socket(plain) as wrapped:
            return wrapped.selected_alpn_protocol() == "h2"
    except OSError:
        return False


@contextmanager
def behind_nginx(*urls: str) -> Iterator[str]:
    """The address of a proxy before each "http://…" in turn; FileNotFoundError where nginx or openssl is missing.

    A server that does not answer is asked again a second later; a request that it may have begun is not repeated.
    """
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        key = ["-keyout", f"{folder}/key.pem", "-out", f"{folder}/cert.pem", "-subj", "/CN=localhost"]
        subprocess.run(["openssl", *SELF_SIGNED, *key], check=True, capture_output=True)
        config = Path(folder) / "nginx.conf"
        config.write_text(config_of(folder, port, [url.removeprefix("http://") for url in urls]))
        nginx = shutil.which("nginx") or "/usr/sbin/nginx"  # not on everybody's path
        process = subprocess.Popen([nginx, "-c", str(config), "-e", f"{folder}/error.log"])
        try:
            while not speaks_http2(port):
                if process.poll() is not None:
                    raise RuntimeError(Path(folder, "error.log").read_text())
            yield f"https://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait()
