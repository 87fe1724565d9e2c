"""A browser shows the manual, opened from a disk, on wide and narrow screens: `make page`, after `make site`."""

from __future__ import annotations

from typing import Any

import pytest

from browsers import PICTURES, WIDTHS, opened
from support import ROOT

SITE = ROOT / "site/docs"
PAGES = sorted(path.relative_to(SITE).as_posix() for path in SITE.rglob("*.html") if path.name != "404.html")


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_is_wider_than_the_screen_or_loads_from_elsewhere(browser: Any, width: int) -> None:
    assert len(PAGES) > 40
    with opened(browser, SITE / "index.html", width, parts=SITE) as page:
        for name in PAGES:
            page.goto((SITE / name).as_uri())
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
            if "/" not in name:
                page.screenshot(path=PICTURES / f"manual-{name}-{width}.png", full_page=True)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_search_finds_a_page_from_a_disk(browser: Any, width: int) -> None:
    with opened(browser, SITE / "index.html", width, parts=SITE) as page:
        page.keyboard.press("Control+k")
        page.keyboard.type("ImagePullBackOff")
        page.get_by_text("Waiting reasons").first.wait_for()
        page.keyboard.press("Enter")
        page.wait_for_url("**/reasons/ImagePullBackOff.html*")
