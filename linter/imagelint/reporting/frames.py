"""The only module of this folder that reads texts: the lines that findings are in, one source at a time.

Callers visit places in the order of the sources, so that each is read once.
"""

from __future__ import annotations

from binascii import crc32
from typing import TYPE_CHECKING

from imagelint.reporting.excerpts import excerpt
from imagelint.text.line_ranges import LineRanges
from imagelint.text.places import Place, SourceId, Span
from imagelint.text.source import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from imagelint.facts.input import Input
    from imagelint.linting.finding import Finding
    from imagelint.linting.fix import Fix
    from imagelint.reporting.excerpts import Excerpt

# As much as a terminal shows of a line.
SHOWN_WIDTH = 200


class Frames:
    """The text at places of a run. `frame` masks secrets, and is the only text that may be shown.

    `findings` are those whose fixes are reported.
    """

    def __init__(self, found: Input, findings: Iterable[Finding] = ()) -> None:
        self._found = found
        self._fixes: dict[SourceId, list[Fix]] = {}
        for finding in findings:
            if finding.fix is not None:
                self._fixes.setdefault(finding.place.source, []).append(finding.fix)
        # The fixes of the source that would change more than they are for; None until they are needed.
        self._refused: Collection[Fix] | None = None
        self._source: SourceId | None = None
        self._text = ""
        self._lines: list[str] = []
        self._hidden = LineRanges[Span](())
        # The offsets of the lines; computed when a fix needs them.
        self._starts: list[int] = []

    def line(self, source: SourceId, number: int) -> str | None:
        """A line by its 1-based number, to measure columns in; None if the file cannot be read any more."""
        self._open(source)
        return self._lines[number - 1] if number <= len(self._lines) else None

    def frame(self, place: Place) -> Excerpt | None:
        """What a code frame shows of the line where `place` begins, with what no output may show blotted out.

        Of the long line of a minified file only what is marked is shown, and looked at.
        """
        span = place.span
        line = self.line(place.source, span.line)
        if line is None:
            return None
        start = span.column - 1 if span.column > SHOWN_WIDTH else 0
        part = line[start : start + 2 * SHOWN_WIDTH]
        end = span.end_column - 1 - start
        is_whole = span.end_line == span.line and end <= len(part)
        first = _number(span.line, start + 1)
        for _, _, hidden in self._hidden.meeting(first, first + len(part)):
            part = _masked(part, span.line, hidden, start)
        begin = span.column - 1 - start
        found = excerpt(part, begin, max(end, begin + 1) if is_whole else len(part), is_whole=is_whole)
        return found._replace(before="", after="") if start else found

    def scalar(self, place: Place) -> str | None:
        """The value of the image at a place; None if it was changed since."""
        from imagelint.text.compose import ComposeError, compose
        from imagelint.text.nodes import as_text

        self._open(place.source)
        span = place.span
        lines = self._lines[span.line - 1 : span.end_line]
        if not lines:
            return None
        lines[-1] = lines[-1][: span.end_column - 1]
        lines[0] = lines[0][span.column - 1 :]
        try:
            found = as_text(compose("\n".join(lines).encode()))
        except ComposeError:
            return None
        return found.value if found else None

    def replacements(self, finding: Finding) -> list[tuple[Span, str]]:
        """What the fix of a finding replaces, and with what; empty without a fix, or if the file has changed.

        Empty as well if the fix would also change what an alias elsewhere takes.
        """
        from imagelint.linting.fix import line_starts, replaced_span

        if finding.fix is None:
            return []
        self._open(finding.place.source)
        if finding.fix in self._refused_fixes():
            return []
        self._starts = self._starts or line_starts(self._text)
        found: list[tuple[Span, str]] = []
        for edit in finding.fix.edits:
            span = replaced_span(self._text, self._starts, edit)
            if span is None:
                return []
            found.append((span, edit.new))
        return found

    def _refused_fixes(self) -> Collection[Fix]:
        if self._refused is None:
            from imagelint.writing.fix_safety import judge

            fixes = self._fixes.get(self._source, ()) if self._source else ()
            self._refused = judge(self._text.encode(), fixes, unsafe=False).refused
        return self._refused

    def _open(self, source: SourceId) -> None:
        if source == self._source:
            return
        self._source, self._starts, self._refused = source, [], None
        self._text, hidden = self._read(source)
        self._hidden = LineRanges(
            (_number(span.line, span.column), _number(span.end_line, span.end_column), span) for span in hidden
        )
        self._lines = self._text.replace("\r\n", "\n").replace("\r", "\n").split("\n") if self._text else []

    def _read(self, id_: SourceId) -> tuple[str, tuple[Span, ...]]:
        """A text, and what no output may show of it; nothing if it cannot be read, or is not what was linted."""
        try:
            source = self._found.sources.read(id_)
        except UnreadableError:
            return "", ()
        facts = self._found.files.get(id_)
        if facts is None:
            return source.data.decode("utf-8", "replace"), source.hidden
        if facts.checksum not in {None, crc32(source.data)}:
            return "", ()  # what is secret in it may be elsewhere now
        hidden = (span for span in facts.hidden if Place(id_, span) not in self._found.shown)
        return source.data.decode("utf-8", "replace"), (*source.hidden, *hidden)


def _number(line: int, column: int) -> int:
    """A place as one number, in the order of the text."""
    return line << 32 | column


def _masked(part: str, number: int, hidden: Span, offset: int) -> str:
    """A part of line `number`, from character `offset` on, without what is hidden in it."""
    start = max(0, hidden.column - 1 - offset) if number == hidden.line else 0
    end = min(hidden.end_column - 1 - offset, len(part)) if number == hidden.end_line else len(part)
    return part[:start] + "•" * (end - start) + part[end:] if end > start else part
