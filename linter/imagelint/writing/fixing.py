"""From findings to files with their fixes applied."""

from __future__ import annotations

import os
from binascii import crc32
from typing import TYPE_CHECKING

from imagelint.linting.fix import apply
from imagelint.text.errors import UserFileError
from imagelint.text.records import NamedTuple
from imagelint.text.source import UnreadableError, decode
from imagelint.writing.files import read_unchanged
from imagelint.writing.fix_safety import judge

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from imagelint.facts.model import FileFacts
    from imagelint.linting.finding import Finding
    from imagelint.linting.fix import Edit, Fix
    from imagelint.text.places import Place, SourceId
    from imagelint.text.source import Buffers

# How many places one note names.
_MOST_NAMED = 3


class FixedFile(NamedTuple):
    """The fixes of a file, and its bytes before and after; the same if none can be applied.

    `problem` says why the file cannot be fixed, `notes` which fixes are left out, and why.
    """

    path: str
    before: bytes
    after: bytes
    edits: tuple[Edit, ...]
    notes: tuple[str, ...] = ()
    problem: str | None = None
    # How many fixes the edits make up.
    fixes: int = 0
    # Its text is held in memory, such as standard input, and not a file to write.
    is_held: bool = False


def fixed_files(
    findings: Iterable[Finding],
    files: Mapping[SourceId, FileFacts],
    targets: Mapping[str, str],
    held: Buffers | None = None,
    *,
    unsafe: bool,
) -> Iterator[FixedFile]:
    """Every file for which there are fixes.

    `files` are the facts that the findings were made of, `targets` the real paths of the files before they were read,
    `held` the texts that are in memory.
    Each file is read when the one before it has been taken, so that little time passes until it is written.
    """
    by_source: dict[SourceId, list[tuple[Place, Fix]]] = {}
    for finding in findings:
        if finding.fix is not None and (finding.fix.is_safe or unsafe):
            by_source.setdefault(finding.place.source, []).append((finding.place, finding.fix))
    for source, fixes in by_source.items():
        path = source.path
        if held is not None and source in held:
            yield _fixed(path, held.read(source).data, fixes, unsafe=unsafe)._replace(is_held=True)
            continue
        try:
            if os.path.realpath(path) != targets[path]:
                raise UserFileError("points to a different file than when it was read")
            yield _fixed(path, _unchanged(path, files[source].checksum), fixes, unsafe=unsafe)
        except UserFileError as error:
            yield FixedFile(path, b"", b"", (), problem=f"{path}: {error}")


def _unchanged(path: str, checksum: int | None) -> bytes:
    raw = read_unchanged(path)
    try:
        is_unchanged = crc32(decode(raw)) == checksum
    except UnreadableError:
        is_unchanged = False
    if not is_unchanged:
        raise UserFileError("has changed since it was read")
    return raw


def _fixed(path: str, before: bytes, fixes: list[tuple[Place, Fix]], *, unsafe: bool) -> FixedFile:
    edits, refused = judge(decode(before), (fix for _, fix in fixes), unsafe=unsafe)
    accepted = {*edits}
    number = sum(accepted.issuperset(fix.edits) for _, fix in fixes)
    notes = tuple(_notes(fixes, refused))
    return FixedFile(path, before, apply(before, edits), tuple(edits), notes, fixes=number)


def _notes(fixes: list[tuple[Place, Fix]], refused: Mapping[Fix, str]) -> Iterator[str]:
    """One note for each reason."""
    lines: dict[str, dict[int, None]] = {}
    for place, fix in fixes:
        if fix in refused:
            lines.setdefault(refused[fix], {})[place.span.line] = None
    for reason, found in lines.items():
        more = f" and {len(found) - _MOST_NAMED} more places" if len(found) > _MOST_NAMED else ""
        named = ", ".join(map(str, [*found][:_MOST_NAMED]))
        yield f"{fixes[0][0].path}:{named}{more}: not fixed: {reason}"
