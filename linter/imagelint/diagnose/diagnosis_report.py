"""What is printed: for people, for programs (`schemas/diagnosis.schema.json`), for GitHub and for comments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from imagelint.reporting.github import workflow_command
from imagelint.reporting.json_text import json_text
from imagelint.reporting.markdown import code, prose
from imagelint.text.printable import printable
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from imagelint.diagnose.answers import Answer
    from imagelint.diagnose.observations import Hint

VERSION = 1
NOTHING = "no failed image pull found"
_WIDTH = 12


class DiagnosisReport(NamedTuple):
    """The answers for the failures of some texts, and the hints that they give."""

    answers: Sequence[Answer]
    hints: Sequence[Hint]
    colour: bool = False


def render(report: DiagnosisReport, format_: str) -> Iterator[str]:
    """The report in pieces, each with its own line ends."""
    return FORMATS[format_](report)


def fields_of(answer: Answer) -> dict[str, Any]:
    """A failure in the JSON contract, version 1."""
    failure, place = answer.failure, answer.place
    return {
        "namespace": failure.namespace,
        "pod": failure.pod,
        "container": failure.container,
        "image": failure.image,
        "reason": failure.reason,
        "cause": failure.diagnosis.cause,
        "subcause": failure.diagnosis.subcause,
        "resolved": failure.resolved,
        "node_level": failure.node_level,
        "count": failure.pods,
        "also": [*failure.diagnosis.also],
        "message": answer.message,
        "summary": answer.summary,
        "contradiction": answer.contradiction,
        "confidence": answer.confidence,
        "place": None if place is None else {"path": place.path, "line": place.line},
        "fix": answer.fix,
        "check": answer.check,
    }


def _json(report: DiagnosisReport) -> Iterator[str]:
    yield json_text(
        {
            "version": VERSION,
            "failures": [fields_of(answer) for answer in report.answers],
            "hints": [{"hint": hint.hint, "text": hint.text} for hint in report.hints],
        }
    )


def _text(report: DiagnosisReport) -> Iterator[str]:
    for number, answer in enumerate(report.answers):
        yield from ("\n",) if number else ()
        yield from (f"{line.rstrip()}\n" for line in _block(answer, is_coloured=report.colour))
    for hint in report.hints:
        yield f"hint[{hint.hint}]: {printable(hint.text)}\n"
    if not report.answers and not report.hints:
        yield f"{NOTHING}\n"


def _block(answer: Answer, *, is_coloured: bool) -> Iterator[str]:
    failure = answer.failure
    title = printable(f"{failure.reason or 'pull failed'}: {subject_of(answer)}")
    if failure.resolved:
        title += " (resolved)"
    yield click.style(title, fg="green" if failure.resolved else "red", bold=True) if is_coloured else title
    for label, value in _rows(answer):
        yield f"  {f'{label}:'.ljust(_WIDTH)} {printable(value)}"


def _rows(answer: Answer) -> Iterator[tuple[str, str]]:
    failure, diagnosis = answer.failure, answer.failure.diagnosis
    if failure.image is not None:
        yield "image", failure.image
    yield "cause", " ".join([diagnosis.cause, *([f"({diagnosis.subcause})"] if diagnosis.subcause else [])])
    if diagnosis.also:
        yield "also", ", ".join(diagnosis.also)
    yield "why", answer.summary
    if failure.node_level:
        yield "node", "this is the image of the pod sandbox: every pod of the node needs it"
    if answer.message is not None:
        yield "message", answer.message
    if answer.contradiction is not None:
        yield "but", answer.contradiction
    if answer.place is not None:
        sure = f" ({answer.confidence})" if answer.confidence else ""
        yield "manifest", f"{position_of(answer)}{sure}"
    if not failure.resolved:
        yield "fix", answer.fix
        yield "check", answer.check


def subject_of(answer: Answer) -> str:
    """`shop/web-1, container web`, as people name what failed."""
    failure = answer.failure
    pod = "/".join(part for part in (failure.namespace, failure.pod) if part) if failure.pod else None
    parts = [pod, f"container {failure.container}" if failure.container else None]
    if failure.pods > 1:
        parts.append(f"and {failure.pods - 1} more {'pod' if failure.pods == 2 else 'pods'}")
    return ", ".join(part for part in parts if part) or failure.image or "an image"


def position_of(answer: Answer) -> str:
    """`path:line` of a failure in the manifests."""
    return answer.place.text if answer.place is not None else ""


def _github(report: DiagnosisReport) -> Iterator[str]:
    for answer in report.answers:
        failure, place = answer.failure, answer.place
        level = "notice" if failure.resolved else "error"
        where: dict[str, str | int] = {"file": place.path, "line": place.line} if place is not None else {}
        text = f"{subject_of(answer)}: {answer.summary}"
        details = [f"{label}: {value}" for label, value in _rows(answer) if label != "why"]
        yield workflow_command(level, {**where, "title": f"imagelint ({failure.diagnosis.cause})"}, text, details)
    for hint in report.hints:
        yield workflow_command("notice", {"title": f"imagelint ({hint.hint})"}, hint.text)


def _markdown(report: DiagnosisReport) -> Iterator[str]:
    yield "## imagelint diagnose\n"
    for answer in report.answers:
        yield f"\n### {prose(subject_of(answer))}\n\n"
        for label, value in _rows(answer):
            yield f"- {label}: {prose(value) if label in {'why', 'but', 'node', 'fix'} else code(value)}\n"
    for hint in report.hints:
        yield f"\n- {prose(hint.text)}\n"
    if not report.answers and not report.hints:
        yield f"\n{prose(NOTHING)}\n"


FORMATS: dict[str, Callable[[DiagnosisReport], Iterator[str]]] = {
    "text": _text,
    "json": _json,
    "github": _github,
    "markdown": _markdown,
}
