"""A real browser for the tests of pages."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

from support import ROOT

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

PICTURES = ROOT / ".cache/page"
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
HEIGHT = 800
WIDTHS = (1280, 390)
# Long before an error of a browser that does not answer would be noticed otherwise.
PATIENCE = 120_000


@contextmanager
def chromium() -> Generator[Any]:
    """Chromium without a window."""
    assert CHROMIUM, "make page requires Chromium"
    with import_module("playwright.sync_api").sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def opened(
    browser: Any, path: Path, width: int = WIDTHS[0], *, parts: Path | None = None, **options: Any
) -> Generator[Any]:
    """A page in a window; fails if it writes to the console, opens a dialog or loads what is not below `parts`."""
    context = browser.new_context(viewport={"width": width, "height": HEIGHT}, **options)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    problems: list[str] = []

    def dismissed(dialog: Any) -> None:
        problems.append(dialog.message)
        dialog.dismiss()

    def requested(request: Any) -> None:
        if not request.url.startswith((parts or path).as_uri()):
            problems.append(request.url)

    def failed(problem: Any) -> None:
        problems.append(str(problem))

    page.on("console", failed)
    page.on("pageerror", failed)
    page.on("dialog", dismissed)
    page.on("request", requested)
    page.goto(path.as_uri())
    yield page
    assert problems == []
    context.close()
