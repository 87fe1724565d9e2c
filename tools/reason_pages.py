"""Make the manual's pages of the waiting reasons: one for each from the data of `diagnose`, and a list of all."""

from __future__ import annotations

from pathlib import Path

from imagelint.diagnose.pages import reason_page, reasons
from rule_pages import write_pages

PAGES = Path(__file__).resolve().parents[1] / "docs/reasons"
_LIST = """# Waiting reasons

A pod whose image is not pulled waits with one of these reasons, which `kubectl get pods` shows as its status.
`imagelint explain REASON` prints a page, [`imagelint diagnose`](../my-pod-hangs.md) finds the cause.

| reason | means |
| --- | --- |
"""


def pages() -> dict[str, str]:
    """The text of every page, by file name."""
    rows = "".join(f"| [`{name}`]({name}.md) | {row['summary']} |\n" for name, row in reasons().items())
    return {"index.md": _LIST + rows, **{f"{name}.md": reason_page(name, linked=True) for name in reasons()}}


if __name__ == "__main__":
    write_pages(PAGES, pages())
