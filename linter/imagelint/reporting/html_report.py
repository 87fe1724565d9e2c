"""One page for a browser, which needs nothing else: a table of images and findings, and a picture of it.

All text of the input is text of the page. The policy of the page allows its own style and script, and no request.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from pkgutil import get_data
from typing import TYPE_CHECKING

from imagelint.reporting.html_picture import picture, sentence
from imagelint.reporting.html_rows import rows_of
from imagelint.reporting.html_table import ACCESS, Table
from imagelint.reporting.html_text import prose, shown
from imagelint.reporting.summary import summary

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from imagelint.linting.report import Report
    from imagelint.reporting import Style
    from imagelint.reporting.html_rows import Row

_SCRIPTS = ("page.js", "page_picture.js")


def render(report: Report, style: Style) -> Iterator[str]:
    """The page: the result in a sentence, the table with the picture beside it, the rules, and what was not read."""
    del style
    rows = rows_of(report)
    table = Table(report, rows)
    script = "".join(_asset(name) for name in _SCRIPTS)
    yield from _head(_asset("page.css"), script)
    yield f"<body>\n<header>\n<h1>imagelint</h1>\n<p>{prose(summary(report))}</p>\n"
    yield f"<p>{shown(sentence(rows))}</p>\n</header>\n<main>\n"
    yield '<form id="filter" hidden aria-label="Filter"></form>\n<div id="view">\n<section aria-label="Table">\n'
    yield from table.lines()
    yield "</section>\n"
    yield from _beside(rows)
    yield "</div>\n"
    yield from table.remedies()
    yield from _rules(report)
    yield from _notes(report)
    yield f"</main>\n<script>{script}</script>\n</body>\n</html>\n"


def _asset(name: str) -> str:
    """A file of this package, with the line breaks by which a browser hashes it."""
    return (get_data("imagelint.reporting", name) or b"").decode().replace("\r\n", "\n")


def _head(css: str, script: str) -> Iterator[str]:
    policy = f"default-src 'none'; style-src {_hash(css)}; script-src {_hash(script)}; base-uri 'none'"
    yield '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}; form-action \'none\'">\n'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield f"<title>imagelint report</title>\n<style>{css}</style>\n</head>\n"


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _beside(rows: Sequence[Row]) -> Iterator[str]:
    """The picture with its legend."""
    if not any(row.image for row in rows):
        return
    yield '<section id="picture" aria-label="Picture" tabindex="0">\n'
    yield from picture(rows)
    yield '<p class="legend">'
    for access, words in ACCESS.items():
        line = f'<path class="{access}" d="M0 5H28"></path>'
        yield f'<span><svg viewBox="0 0 28 10" aria-hidden="true">{line}</svg> {words}</span> '
    yield "</p>\n</section>\n"


def _rules(report: Report) -> Iterator[str]:
    """What each rule of the findings is about, as its manual page begins."""
    found = {finding.rule for finding in report.findings}
    if not found:
        return
    summaries = {rule.name: rule.summary for rule in report.rules}
    yield "<section>\n<h2>Rules</h2>\n<dl>\n"
    for name in sorted(found):
        text = f"{summaries[name]}." if name in summaries else ""
        yield f'<dt id="rule-{shown(name)}">{shown(name)}</dt>\n<dd>{prose(text)} '
        yield f"<code>imagelint explain {shown(name)}</code></dd>\n"
    yield "</dl>\n</section>\n"


def _notes(report: Report) -> Iterator[str]:
    if report.notes:
        yield "<section>\n<h2>Not read</h2>\n<ul>\n"
        yield from (f"<li>{prose(note)}</li>\n" for note in report.notes)
        yield "</ul>\n</section>\n"
