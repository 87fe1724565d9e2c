"""Make the pictures of the manual as SVG: a finding as a terminal shows it, and the steps in `pictures.json`.

They are readable without colour and on light and dark pages, and load nothing.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from html import escape
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs/pictures"
# Sizes in pixels: of a character in a terminal, and of the parts of a flow.
_CELL, _LINE = 8.4, 20
# A flow is as wide as the screen of a phone, where it has to be readable.
_BOX, _GAP, _ROW = 370, 26, 18
_HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}" role="img">'
    "<title>{t}</title>\n"
)
_COLOURS = {"31": "#ff7b72", "32": "#7ee787", "33": "#e3b341", "34": "#79c0ff", "36": "#76e3ea"}
_SGR = re.compile(r"\x1b\[([0-9;]*)m")


def pictures() -> dict[str, str]:
    """The text of every picture, by file name."""
    flows: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_name("pictures.json").read_text(encoding="utf-8"))
    found = {name: "".join(_flow(flow["title"], flow["steps"])) for name, flow in flows.items()}
    return {"finding.svg": "".join(_terminal("imagelint manifests/", _finding())), **found}


def _finding() -> list[str]:
    """The first finding that the landing page shows, in colours."""
    command = [sys.executable, "-m", "imagelint", "--select=pull-secret-other-namespace", "--color=always", "."]
    done = subprocess.run(command, cwd=ROOT / "examples/broken", capture_output=True, encoding="utf-8", check=False)
    lines = done.stdout.splitlines()
    return lines[: next(number for number, line in enumerate(lines) if "predicts:" in line) + 1]


def _terminal(command: str, lines: list[str]) -> Iterator[str]:
    """Lines with colours as a terminal shows them, wrapped at 92 columns."""
    rows = [f"\x1b[1m$ {command}\x1b[0m", *(part for line in lines for part in _broken(line, 92))]
    width, height = round(92 * _CELL) + 40, len(rows) * _LINE + 40
    yield _HEAD.format(w=width, h=height, t="A finding of imagelint in a terminal")
    yield f'<rect width="{width}" height="{height}" rx="8" fill="#0d1117"/>\n'
    yield '<g font-family="ui-monospace,Menlo,Consolas,monospace" font-size="14" fill="#e6edf3">\n'
    for number, row in enumerate(rows):
        yield f'<text x="20" y="{number * _LINE + 34}">{"".join(_spans(row))}</text>\n'
    yield "</g></svg>\n"


def _broken(line: str, columns: int) -> list[str]:
    if len(_SGR.sub("", line)) <= columns:
        return [line]
    words, rows = line.split(" "), [""]
    for word in words:
        if len(_SGR.sub("", f"{rows[-1]} {word}")) > columns:
            rows.append(f"\x1b[1m  {word}")
        else:
            rows[-1] = f"{rows[-1]} {word}" if rows[-1] else word
    return rows


def _spans(row: str) -> Iterator[str]:
    colour, bold, at = "", False, 0
    for match in [*_SGR.finditer(row), None]:
        text = row[at : match.start() if match else len(row)]
        if text:
            style = (f' fill="{colour}"' if colour else "") + (' font-weight="bold"' if bold else "")
            shown = escape(text, quote=False).replace(" ", "\u00a0")
            yield f"<tspan{style}>{shown}</tspan>"
        if match is None:
            return
        at = match.end()
        for code in match[1].split(";"):
            colour = _COLOURS.get(code, "" if code in {"", "0"} else colour)
            bold = code == "1" or (bold and code not in {"", "0", "22"})


def _flow(title: str, steps: list[dict[str, str]]) -> Iterator[str]:
    """Boxes from top to bottom, each with its remark below its text."""
    head = wrap(title, 42)
    texts = [(wrap(step["text"], 38), wrap(step["note"], 44)) for step in steps]
    heights = [(len(text) + len(note)) * _ROW + 24 for text, note in texts]
    width, top = _BOX + 20, len(head) * (_ROW + 2) + 26
    height = top + sum(heights) + _GAP * (len(steps) - 1) + 12
    yield _HEAD.format(w=width, h=height, t=escape(title))
    yield f'<rect width="{width}" height="{height}" rx="8" fill="#ffffff" stroke="#8b949e"/>\n'
    yield '<g font-family="system-ui,sans-serif" font-size="14" fill="#1f2328">\n'
    yield from _lines(head, 12, 16, weight="bold")
    for number, ((text, note), tall) in enumerate(zip(texts, heights, strict=True)):
        yield f'<rect x="10" y="{top}" width="{_BOX}" height="{tall}" rx="6" fill="#ddf4ff" stroke="#0969da"/>\n'
        yield from _lines(text, 22, top + 12, weight="bold")
        yield from _lines(note, 22, top + 12 + len(text) * _ROW)
        if number < len(steps) - 1:
            arrow = f"M{10 + _BOX / 2:g} {top + tall}v{_GAP - 8}m-6 0l6 8l6 -8z"
            yield f'<path d="{arrow}" fill="#0969da" stroke="#0969da" stroke-width="2"/>\n'
        top += tall + _GAP
    yield "</g></svg>\n"


def _lines(lines: list[str], x: float, top: float, weight: str = "normal") -> Iterator[str]:
    for number, line in enumerate(lines):
        y = top + number * _ROW + 13
        yield f'<text x="{x:g}" y="{y:g}" font-weight="{weight}">{escape(line, quote=False)}</text>\n'


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    for name, text in pictures().items():
        (PICTURES / name).write_text(text, encoding="utf-8")
    sys.stdout.write(f"{PICTURES}: {len(pictures())} pictures\n")
