"""The script that makes the pictures still finds its way: one of every state, as the README says."""

import pytest
from playwright.sync_api import Browser

from tests.pictures.__main__ import PICTURES, take


@pytest.mark.parametrize("name", PICTURES)
def test_every_state_has_its_picture(browser: Browser, server_url: str, name: str) -> None:
    path = take(browser, server_url, name, "light")
    assert path.name == f"{name}.png"
    assert path.stat().st_size > 20_000
