"""A browser shows the page of `--format html`, without a request, to people with and without a mouse: `make page`.

It needs Chromium, and so the suite leaves it out. What it saw is in `.cache/page/`, as pictures to look at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from browsers import HEIGHT, PICTURES, WIDTHS, opened
from manifests_of_pages import manifests
from support import ROOT, imagelint

if TYPE_CHECKING:
    from pathlib import Path

AXE = ROOT / ".venv/page/node_modules/axe-core/axe.min.js"
EVIL = """apiVersion: v1
kind: Pod
metadata: {name: "</script><script>alert(1)</script>", namespace: "<img src=x onerror=alert(1)>"}
spec:
  imagePullSecrets: [{name: "javascript:alert(1)"}]
  containers:
    - {name: "</title><svg onload=alert(1)>", image: "quay.io/acme/${x}\\"><script>alert(1)</script>"}
    - {name: "\\u202e\\u0000&lt;", image: "quay.io/acme/b:latest"}
"""
SCHEMES = ("light", "dark")
TEXTS = {"10": manifests(10), "100": manifests(100), "3000": manifests(3000), "hostile": EVIL}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a page for each text."""
    folder = tmp_path_factory.mktemp("pages")
    for name, text in TEXTS.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
        imagelint(f"{name}.yaml", "--format=html", f"--output={name}.html", cwd=folder)
    PICTURES.mkdir(parents=True, exist_ok=True)
    return folder


def picture(page: Any, name: str) -> None:
    page.screenshot(path=PICTURES / f"{name}.png")


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", TEXTS)
def test_it_is_shown(browser: Any, pages: Path, name: str, width: int, scheme: str) -> None:
    with opened(browser, pages / f"{name}.html", width, color_scheme=scheme) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator("tbody:visible").count() > 0
        assert page.locator("#picture").is_visible() == (width > 900)
        picture(page, f"{name}-{width}-{scheme}")


# Of many rows axe looks at each, and their colours are those of few.
CHECKED = [
    *((name, width, scheme) for name in ("10", "100", "hostile") for width in WIDTHS for scheme in SCHEMES),
    *(("3000", width, "light") for width in WIDTHS),
]


@pytest.mark.parametrize(("name", "width", "scheme"), CHECKED)
def test_axe_has_no_serious_objection(browser: Any, pages: Path, name: str, width: int, scheme: str) -> None:
    # axe comes as a script, which the policy of the page does not allow.
    with opened(browser, pages / f"{name}.html", width, color_scheme=scheme, bypass_csp=True) as page:
        page.locator("summary:visible").first.click()
        page.add_script_tag(path=AXE)
        found = page.evaluate("axe.run()")["violations"]
        serious = [one for one in found if one["impact"] in {"serious", "critical"}]
        assert [(one["id"], one["nodes"][0]["html"]) for one in serious] == []


def test_the_filter_is_used_by_keyboard_and_kept_in_the_address(browser: Any, pages: Path) -> None:
    with opened(browser, pages / "100.html") as page:
        page.keyboard.press("Tab")
        page.keyboard.type("quay.io/acme")
        shown = page.locator("tbody:visible th").all_inner_texts()
        assert 0 < len(shown) < 100
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowDown")
        assert page.evaluate("location.hash").startswith("#text=quay.io%2Facme&namespace=team-")
        narrower = page.locator("tbody:visible th").all_inner_texts()
        assert 0 < len(narrower) < len(shown)
        page.reload()
        assert page.locator("tbody:visible th").all_inner_texts() == narrower


def test_rows_are_sorted_by_keyboard(browser: Any, pages: Path) -> None:
    with opened(browser, pages / "100.html") as page:
        page.get_by_role("button", name="Image", exact=True).focus()
        page.keyboard.press("Enter")
        images = page.locator("tbody:visible th").all_inner_texts()
        assert page.locator("thead th").nth(1).get_attribute("aria-sort") == "ascending"
        page.keyboard.press("Enter")
        assert page.locator("thead th").nth(1).get_attribute("aria-sort") == "descending"
        assert page.locator("tbody:visible th").all_inner_texts() == images[::-1]


@pytest.mark.parametrize("name", ["10", "100", "3000"])
def test_blocks_open_and_close_by_keyboard(browser: Any, pages: Path, name: str) -> None:
    with opened(browser, pages / f"{name}.html") as page:
        blocks = page.locator(".drawn button:enabled")
        for number in range(0, blocks.count(), 3):
            block = blocks.nth(number)
            before = block.get_attribute("aria-expanded")
            block.focus()
            page.keyboard.press("Enter")
            focused = page.locator(".drawn button:focus")
            assert focused.get_attribute("aria-expanded") != before
            assert page.locator(".drawn svg").bounding_box()["height"] <= 2 * HEIGHT
        picture(page, f"{name}-blocks")


def test_a_finding_opens_with_its_remedy(browser: Any, pages: Path) -> None:
    with opened(browser, pages / "10.html") as page:
        summary = page.locator("summary:visible", has_text="is not defined in namespace").first
        summary.focus()
        page.keyboard.press("Enter")
        details = summary.locator("..")
        details.locator("pre", has_text="kubectl create secret").wait_for()
        assert details.locator("mark").first.inner_text() == "absent"
        picture(page, "10-finding")


def test_many_rows_are_shown_in_parts(browser: Any, pages: Path) -> None:
    with opened(browser, pages / "3000.html") as page:
        assert page.locator("tbody:visible").count() == 300
        page.locator("#more").click()
        assert page.locator("tbody:visible").count() == 3000


def test_edges_have_the_kind_of_access_and_registries_have_none(browser: Any, pages: Path) -> None:
    """With a script and without: a line from images to their registry is not one of "a key matches"."""
    for javascript in (True, False):
        with opened(browser, pages / "100.html", java_script_enabled=javascript) as page:
            paths = page.locator("#picture > svg path, #picture .drawn path")
            kinds = [paths.nth(number).get_attribute("class") for number in range(paths.count())]
            assert {*kinds} == {"matched", "anonymous", "unmatched", "unknown", "part"}
            legend = page.locator(".legend path")
            assert [legend.nth(number).get_attribute("class") for number in range(legend.count())] == [
                *("matched", "anonymous", "unmatched", "unknown")
            ]


def test_the_worst_image_is_on_the_first_screen(browser: Any, pages: Path) -> None:
    for width in WIDTHS:
        for name in ("100", "3000"):
            with opened(browser, pages / f"{name}.html", width) as page:
                first = page.locator("tbody").first
                assert first.locator("td").first.inner_text() == "error"
                box = first.locator("summary").first.bounding_box()
                assert box["y"] + box["height"] <= HEIGHT


def test_all_is_there_without_a_script(browser: Any, pages: Path) -> None:
    with opened(browser, pages / "100.html", java_script_enabled=False) as page:
        assert page.locator("tbody:visible").count() == 100
        assert page.get_by_role("img").first.is_visible()
        picture(page, "100-without-script")


def test_print_has_every_finding_in_full(browser: Any, pages: Path) -> None:
    with opened(browser, pages / "10.html") as page:
        page.emulate_media(media="print")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert page.locator("form").is_hidden()
        assert page.locator("mark:visible").count() == page.locator("mark").count()
        picture(page, "10-print")
