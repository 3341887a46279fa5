"""Static files: kept for good below the hash of their content, and there for a page that is older than they are."""

import json
import os
import re
import subprocess
from pathlib import Path

import brotli  # type: ignore[import-untyped]
import httpx
import pytest

from app.static_files import JOINED, addresses, folder, modules, script_imports, version
from tests.__main__ import environment

pytestmark = pytest.mark.anyio

FOR_GOOD = "public, max-age=31536000, immutable"
SCRIPT = addresses("")("js/main.js")
V8_READS = """
const { SourceTextModule } = require("node:vm");
const { readFileSync } = require("node:fs");
const found = process.argv.slice(1).map((path) => {
  const module = new SourceTextModule(readFileSync(path, "utf8"));
  return module.moduleRequests?.map((request) => request.specifier) ?? module.dependencySpecifiers;
});
console.log(JSON.stringify(found));
"""


def older(address: str) -> str:
    """The same address as a page from before the last update names it."""
    return address.replace(version(folder("static")), "0123456789ab")


async def test_a_file_is_kept_for_good_below_the_hash_of_its_content(client: httpx.AsyncClient) -> None:
    for path in ("js/main.js", "css/tokens.css", "favicon.svg"):
        answer = await client.get(addresses("")(path))
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == FOR_GOOD
        assert answer.content == (folder("static") / path).read_bytes()


async def test_a_page_from_before_an_update_has_its_files_and_asks_again_each_time(client: httpx.AsyncClient) -> None:
    first = await client.get(older(SCRIPT))
    assert first.headers["cache-control"] == "no-cache"
    assert first.content == (folder("static") / "js/main.js").read_bytes()
    again = await client.get(older(SCRIPT), headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["cache-control"] == "no-cache"


def test_the_version_follows_every_name_and_every_byte(tmp_path: Path) -> None:
    def version_of(name: str, files: dict[str, str]) -> str:
        for path, text in files.items():
            (tmp_path / name / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name / path).write_text(text)
        return version(tmp_path / name)

    first = version_of("first", {"js/a.js": "1", "js/b.js": "2"})
    assert re.fullmatch(r"[0-9a-f]{12}", first)
    assert version_of("same", {"js/b.js": "2", "js/a.js": "1"}) == first
    others = [
        version_of("byte", {"js/a.js": "1", "js/b.js": "3"}),
        version_of("name", {"js/a.js": "1", "js/c.js": "2"}),
        version_of("place", {"js/a.js": "1", "css/b.js": "2"}),
        version_of("boundary", {"js/a.js": "12", "js/b.js": ""}),
        version_of("more", {"js/a.js": "1", "js/b.js": "2", "js/c.js": ""}),
    ]
    assert len({first, *others}) == len(others) + 1


async def test_every_address_on_the_pages_is_below_the_version(client: httpx.AsyncClient) -> None:
    for page in ("/", "/story", "/story?x=0.5"):
        found = re.findall(r'"(/static/[^"]+)"', (await client.get(page)).text)
        assert len(found) > 10
        for address in found:
            assert address.startswith(addresses("")("")), (page, address)
            assert (await client.head(address)).headers["cache-control"] == FOR_GOOD, (page, address)


def test_no_file_names_another_by_a_path_that_is_not_relative() -> None:
    """So that all of them inherit the version."""
    for path in folder("static").rglob("*.*"):
        assert not re.search(rb"""["'(]/?static/""", path.read_bytes()), path.name


@pytest.mark.parametrize("path", ["js/main.js", "css/tape/tape.css", "favicon.svg"])
async def test_a_file_goes_out_as_small_as_its_reader_allows(client: httpx.AsyncClient, path: str) -> None:
    async def sent(accepted: str) -> httpx.Response:
        answer = await client.get(addresses("")(path), headers={"accept-encoding": accepted})
        assert answer.content == (folder("static") / path).read_bytes()
        return answer

    plain, gzip, small = [await sent(accepted) for accepted in ("identity", "gzip", "gzip, deflate, br")]
    assert "content-encoding" not in plain.headers
    assert gzip.headers["content-encoding"] == "gzip"
    assert small.headers["content-encoding"] == "br"
    assert small.headers["vary"] == gzip.headers["vary"] == "Accept-Encoding"
    sizes = [int(answer.headers["content-length"]) for answer in (small, gzip, plain)]
    assert sizes == sorted(set(sizes))
    assert "last-modified" not in small.headers  # the tag says it, and each of many small files is a header lighter


async def test_the_sheets_of_the_story_are_one_file(client: httpx.AsyncClient) -> None:
    address = addresses("")("css/story.css")
    sheets = b"".join((folder("static") / name).read_bytes() for name in JOINED["css/story.css"])
    for accepted, encoding in (("identity", None), ("gzip", "gzip"), ("br", "br")):
        answer = await client.get(address, headers={"accept-encoding": accepted})
        assert answer.content == sheets
        assert answer.headers.get("content-encoding") == encoding
        assert answer.headers["content-type"] == "text/css; charset=utf-8"
        assert answer.headers["cache-control"] == FOR_GOOD
    again = await client.get(older(address), headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content, again.headers["cache-control"]) == (304, b"", "no-cache")
    assert (await client.post(address)).status_code == 405
    page = (await client.get("/story")).text
    assert re.findall(r'<link rel="stylesheet" href="([^"]+)"', page) == [address]


async def test_head_and_ranges_are_answered_for_a_file(client: httpx.AsyncClient) -> None:
    whole = (folder("static") / "js/main.js").read_bytes()
    for accepted in ("identity", "gzip", "br"):
        head = await client.head(SCRIPT, headers={"accept-encoding": accepted})
        get = await client.get(SCRIPT, headers={"accept-encoding": accepted})
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers == get.headers
        part = await client.get(SCRIPT, headers={"accept-encoding": accepted, "range": "bytes=10-19"})
        assert (part.status_code, part.content) == (206, whole[10:20])
        assert part.headers["content-range"] == f"bytes 10-19/{len(whole)}"
        # What was kept is compressed: it can't be continued by bytes of the file, so all of it comes.
        since = {"accept-encoding": "identity", "range": "bytes=10-19", "if-range": get.headers["etag"]}
        assert (await client.get(SCRIPT, headers=since)).status_code == (206 if accepted == "identity" else 200)
    beyond = await client.get(SCRIPT, headers={"range": f"bytes={len(whole)}-"})
    assert beyond.status_code == 416


async def test_nothing_outside_of_the_folder_is_a_file(client: httpx.AsyncClient) -> None:
    for path in ("..%2f..%2fpyproject.toml", "..%2ftemplates%2fbase.html", "js", "", "js%00.js", "x" * 300):
        assert (await client.get(addresses("")(path))).status_code == 404, path
    assert (await client.get("/static/js/main.js")).status_code == 404  # no version
    assert (await client.post(SCRIPT)).headers["allow"] == "GET, HEAD"


def test_v8_reads_the_same_imports() -> None:
    paths = sorted(folder("static").rglob("*.js"))
    command = ["node", "--no-warnings", "--experimental-vm-modules", "--eval", V8_READS, *map(str, paths)]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=True)
    for path, found in zip(paths, json.loads(done.stdout), strict=True):
        assert list(dict.fromkeys(script_imports(path.read_text()))) == list(dict.fromkeys(found)), path.name


def test_imports_are_read_however_they_are_written() -> None:
    script = """
import "./bare.js";
import one from './one.js';
import {
  many,
  more, // with a word
} from "../room/many.js";
import * as all from "./all.js";
export { two } from "./two.js";
export * from "./star.js";
export const from = "./not.js";
export function f(from = "./neither.js") {}
const text = 'import "./quoted.js"';
// import "./commented.js";
const later = () => import("./later.js");
"""
    expected = ["./bare.js", "./one.js", "../room/many.js", "./all.js", "./two.js", "./star.js"]
    assert script_imports(script) == expected


def test_a_page_asks_at_once_for_every_module_that_its_script_reaches() -> None:
    for root in ("js/main.js", "js/story.js"):
        found = modules(root)
        assert len(found) == len(set(found)) > 10
        assert root not in found
        for name in (root, *found):
            for each in script_imports((folder("static") / name).read_text()):
                reached = os.path.relpath((folder("static") / name).parent / each, folder("static"))
                assert Path(reached).as_posix() in {root, *found}, f"{name} imports {each}"


def test_modules_are_found_from_room_to_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scripts = {
        "js/root.js": 'import "./page/shell.js";\nimport {\n  write,\n} from "./dom/text.js";\nimport("./later.js");\n',
        "js/page/shell.js": 'import { write } from "../dom/text.js";\nimport "./keys.js";\n',
        "js/page/keys.js": 'import "../root.js";\n',
        "js/dom/text.js": "export const write = 1;\n",
        "js/later.js": "",
    }
    for name, text in scripts.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.setattr("app.static_files.folder", lambda _: tmp_path)
    assert modules("js/root.js") == ("js/page/shell.js", "js/dom/text.js", "js/page/keys.js")


async def test_a_page_puts_brotli_on_the_wire(client: httpx.AsyncClient) -> None:
    async with client.stream("GET", SCRIPT, headers={"accept-encoding": "br"}) as answer:
        raw = b"".join([chunk async for chunk in answer.aiter_raw()])
    assert brotli.decompress(raw) == (folder("static") / "js/main.js").read_bytes()
