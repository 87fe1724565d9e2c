"""The lines of the files that findings are in, read again, one file at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.source import UnreadableError, read_source

if TYPE_CHECKING:
    from imagelint.engine import Input
    from imagelint.findings import Finding, Place
    from imagelint.nodes import Span


class Lines:
    """What stands where in the files of a run. `shown` is for people: without what is secret."""

    def __init__(self, found: Input) -> None:
        self._found = found
        self._path: str | None = None
        self._text = ""
        self._lines: list[str] = []
        # Where the lines begin in the text, once a fix asks.
        self._starts: list[int] = []

    def line(self, path: str, number: int) -> str | None:
        """A line by its 1-based number, or None where the file cannot be read any more."""
        self._open(path)
        return self._lines[number - 1] if number <= len(self._lines) else None

    def shown(self, place: Place) -> str | None:
        """The line where `place` begins, with what no output may show blotted out."""
        line = self.line(place.path, place.span.line)
        facts = self._found.files.get(place.path)
        if line is not None:
            for span in facts.hidden if facts else ():
                line = _masked(line, place.span.line, span)
        return line

    def replacements(self, finding: Finding) -> list[tuple[Span, str]]:
        """What the fix of a finding puts where; empty without a fix, or where the file is not as it was."""
        from imagelint.fixes import line_starts, replaced_span

        if finding.fix is None:
            return []
        self._open(finding.place.path)
        self._starts = self._starts or line_starts(self._text)
        found: list[tuple[Span, str]] = []
        for edit in finding.fix.edits:
            span = replaced_span(self._text, self._starts, edit)
            if span is None:
                return []
            found.append((span, edit.new))
        return found

    def _open(self, path: str) -> None:
        if path == self._path:
            return
        try:
            stdin = self._found.stdin
            source = stdin if stdin and path == stdin.path else read_source(path)
            self._text = source.data.decode("utf-8", "replace")
        except UnreadableError:
            self._text = ""
        self._path, self._starts = path, []
        self._lines = self._text.replace("\r\n", "\n").replace("\r", "\n").split("\n") if self._text else []


def _masked(line: str, number: int, hidden: Span) -> str:
    if not hidden.line <= number <= hidden.end_line:
        return line
    start = hidden.column - 1 if number == hidden.line else 0
    end = min(hidden.end_column - 1, len(line)) if number == hidden.end_line else len(line)
    return line[:start] + "•" * (end - start) + line[end:] if end > start else line
