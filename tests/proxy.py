"""nginx in front of the server, as on the internet: HTTP/2 over TLS, by a certificate made for the occasion."""

import shutil
import socket
import ssl
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CONFIG = """
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  upstream app {{ server {server}; keepalive 16; }}
  server {{
    listen 127.0.0.1:{port} ssl http2;
    ssl_certificate {folder}/cert.pem;
    ssl_certificate_key {folder}/key.pem;
    location / {{
      proxy_pass http://app;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
    }}
  }}
}}
"""
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
def behind_nginx(url: str) -> Iterator[str]:
    """The address of a proxy before "http://…"; FileNotFoundError where nginx or openssl is missing."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        key = ["-keyout", f"{folder}/key.pem", "-out", f"{folder}/cert.pem", "-subj", "/CN=localhost"]
        subprocess.run(["openssl", *SELF_SIGNED, *key], check=True, capture_output=True)
        config = Path(folder) / "nginx.conf"
        config.write_text(CONFIG.format(folder=folder, port=port, server=url.removeprefix("http://")))
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
