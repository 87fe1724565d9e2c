"""The messages of `--verbose`: which configuration was used, what was read, and what was skipped and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.facts.screen import can_matter, heading_of
from imagelint.reporting.concise import concise
from imagelint.reporting.summary import counted
from imagelint.text.paths import shown
from imagelint.text.source import UnreadableError
from imagelint.text.split import split

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from imagelint.facts.input import Input
    from imagelint.facts.model import FileFacts
    from imagelint.facts.unit import Unit
    from imagelint.linting.report import Report
    from imagelint.runs import Run
    from imagelint.text.places import SourceId


def account(found: Input, runs: Iterable[Run]) -> Iterator[str]:
    """The messages about a run, for standard error."""
    for run in runs:
        file = run.configuration.settings.source
        inputs = ", ".join(run.stdin_name if path == "-" else shown(path) for path in run.paths)
        yield f"configuration for {inputs}: {shown(file) if file else 'none'}"
    for left_out in found.left_out:
        yield f"skipped: {left_out.path}: {left_out.reason}"
    for unit in found.units.values():
        yield from _built(unit, found.files[unit.id].objects)
    for source, facts in sorted(found.files.items()):
        if source in found.units:
            continue
        purpose = "read" if source in found.reported else "read as context"
        yield f"{purpose}: {source.path}: {_content(facts)}"
        yield from _documents(found, source)


def suppressed(report: Report) -> Iterator[str]:
    """The messages of `--show-suppressed`: each suppressed finding, with the reason."""
    for finding, reason, _ in report.suppressed:
        yield f"suppressed: {concise(finding)} ({reason})"


def _built(unit: Unit, objects: int) -> Iterator[str]:
    """What a kustomization was built to, and without what."""
    yield f"built: {unit.name}: {counted(objects, 'object')} of {counted(len(unit.sources), 'file')}"
    for remark in (*unit.left_out, *unit.unread):
        yield f"not built: {remark.place.path}:{remark.place.span.line}: {remark.text}"


def _content(facts: FileFacts) -> str:
    if facts.kustomization is not None:
        return "a kustomization"
    objects = counted(facts.objects, "object")
    if facts.problems:
        return f"{objects}, and syntax errors"
    return f"{objects}, and unrendered templates, which are not linted" if facts.templated else objects


def _documents(found: Input, source: SourceId) -> Iterator[str]:
    """The documents of a file that were not parsed."""
    try:
        data = found.sources.read(source).data
    except UnreadableError:
        return
    for document in split(data):
        heading = heading_of(document.data)
        if not can_matter(document.data, heading):
            what = f"{heading.kind} without pods" if heading and heading.is_object else "not a Kubernetes object"
            yield f"not parsed: {source.path}:{document.start.line}: {what}"
