"""A body leaves in the smallest form that its asker can read, and is made so once."""

import gzip

import brotli  # type: ignore[import-untyped]
import pytest

from app.precompressed import ENCODERS, Precompressed, encoding_for

pytestmark = pytest.mark.anyio

BODY = b"the loss is a mean over the batch; " * 100


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("", ""),
        ("identity", ""),
        ("gzip", "gzip"),
        ("GZIP", "gzip"),
        ("gzip, deflate, br, zstd", "br"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("br; q=0.000,gzip ; q=0", ""),
        ("br;q=0.001", "br"),
        ("brotli, gzipped", ""),
    ],
)
def test_the_best_encoding_that_is_accepted_is_chosen(accepted: str, encoding: str) -> None:
    assert encoding_for(accepted) == encoding


async def test_each_encoding_gives_the_body_again_and_says_so() -> None:
    kept = Precompressed(BODY)
    assert await kept.encoded("") == (BODY, {})
    packed, headers = await kept.encoded("gzip")
    assert (gzip.decompress(packed), headers) == (BODY, {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"})
    smaller, headers = await kept.encoded("gzip, br")
    assert (brotli.decompress(smaller), headers) == (BODY, {"Content-Encoding": "br", "Vary": "Accept-Encoding"})
    assert len(smaller) < len(packed) < len(BODY)


async def test_a_body_is_compressed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    compressed = []
    monkeypatch.setitem(ENCODERS, "br", lambda body: compressed.append(body) or b"small")
    kept = Precompressed(BODY)
    assert [(await kept.encoded("br"))[0] for _ in range(3)] == [b"small"] * 3
    assert compressed == [BODY]
