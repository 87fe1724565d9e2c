"""The picture of a place: its line, what is marked in it, and a label, fitted to the columns of a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from imagelint.reporting.columns import CUT, columns_of, cut, wrapped
from imagelint.reporting.concise import position
from imagelint.reporting.frames import SHOWN_WIDTH
from imagelint.text.printable import printable
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.reporting.excerpts import Excerpt
    from imagelint.text.places import Place

_TAB = "    "
# A label that has less room than this beside or below its mark begins at the left.
_LABEL = 30


class Paint(Protocol):
    """Colours a text, or leaves it as it is."""

    def __call__(self, text: str, colour: str | None = None, *, bold: bool = False) -> str:
        """The text."""
        ...


class CodeFrame(NamedTuple):
    """The parts of a picture; `line` is None if the text cannot be shown."""

    place: Place
    gutter: int
    line: str | None
    # The columns before the mark, and its length.
    start: int
    length: int
    labels: list[str]
    # Whether the first label is in the line of the mark; the others are below it.
    is_beside: bool = True

    def lines(self, paint: Paint, *, arrow: str, mark: str, colour: str) -> Iterator[str]:
        """The lines of the picture."""
        pad, bar = " " * self.gutter, paint("|", "blue", bold=True)
        yield f"{pad}{paint(arrow, 'blue', bold=True)} {position(self.place)}"
        if self.line is None:
            yield from (f"{pad} {bar} {label}" for label in self.labels)
            return
        number = paint(str(self.place.span.line).rjust(self.gutter), "blue", bold=True)
        yield f"{pad} {bar}"
        yield f"{number} {bar} {self.line}"
        beside = f" {self.labels[0]}" if self.is_beside and self.labels else ""
        yield f"{pad} {bar} {' ' * self.start}{paint(mark * self.length + beside, colour)}"
        for label in self.labels[self.is_beside :]:
            yield f"{pad} {bar} {paint(label, colour)}"


def code_frame(place: Place, label: str, frame: Excerpt | None, *, gutter: int, columns: int | None) -> CodeFrame:
    """The picture of a place whose line numbers take `gutter` columns, of `columns` in all; any number without them."""
    room = SHOWN_WIDTH if columns is None else max(_LABEL, columns - gutter - 3)
    label = printable(label)
    if frame is None:
        return CodeFrame(place, gutter, None, 0, 0, wrapped(label, columns and room) if label else [])
    before, marked, behind = (_shown(part) for part in frame)
    if columns_of(before + marked) > room:
        before, marked, behind = _fitted(before, marked, room, is_minified=columns is None)
    line = (before + marked + behind)[: room + 1] if columns is None else cut(before + marked + behind, room)
    start, length = columns_of(before), max(1, min(columns_of(marked), room))
    if columns is None or start + length + 1 + columns_of(label) <= room:
        return CodeFrame(place, gutter, line, start, length, [label])
    indent = start if room - start >= _LABEL else 0
    labels = [f"{' ' * indent}{part}" for part in wrapped(label, room - indent)]
    return CodeFrame(place, gutter, line, start, length, labels, is_beside=False)


def _fitted(before: str, marked: str, room: int, *, is_minified: bool) -> tuple[str, str, str]:
    """A long line without its start: of a minified file what is marked alone, else with as much as fits before it."""
    if is_minified:
        return "", marked[:room], ""
    left = room - min(columns_of(marked), room)
    kept = before[len(before) - max(0, left - 1) :] if left > 1 else ""
    return (CUT + kept if kept else ""), cut(marked, room), ""


def _shown(text: str) -> str:
    return printable(text.replace("\t", _TAB))
