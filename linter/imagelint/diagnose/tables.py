"""Rows of tables: events as `kubectl get`, `describe` and `kubectl events` print them, pods, and the tree of Argo CD.

A row is read by its own cells, not by its header, which `grep` takes away
(Kubernetes v1.36 `pkg/printers/internalversion/printers.go`; kubectl v0.36 `describe.go`, `event_printer.go`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imagelint.diagnose.event_messages import BROKEN_SECRET, PULL_REASONS, read_message
from imagelint.diagnose.observations import Kind, Observation

if TYPE_CHECKING:
    from imagelint.diagnose.context import Context

_AGE = r"(?:(?:\d+[ydhms]){1,3}|<unknown>|<invalid>)"
_NAME = r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?"
_ROW = re.compile(r"(?P<before>.{0,300}?)\b(?P<type>Normal|Warning)\s+(?P<reason>[A-Z][A-Za-z]{1,60})\s+(?P<rest>\S.*)")
_OBJECT = re.compile(rf"(?P<kind>[A-Za-z]+)[/:]\s?(?P<name>{_NAME})\s+(?P<rest>.*)")
_DESCRIBED = re.compile(
    rf"(?P<age>{_AGE})(?:\s\(x\d+ over {_AGE}\))?\s+(?P<from>[\w.-]+(?:, ?[\w.-]+)?)\s+(?P<rest>.*)"
)
# `-o wide` puts two columns in front of the message and three after it.
_WIDE_END = re.compile(rf"\s{{2,}}{_AGE}\s{{2,}}\d+\s{{2,}}[\w.-]+\.[0-9a-f]{{10,}}\s*$")
_WIDE_START = re.compile(r"(?P<subobject>spec\.\w+\{[^}]{1,253}\}\s+)?(?:[\w.-]+(?:, ?[\w.-]+)?\s{2,})?")
_SUBOBJECT = re.compile(rf"spec\.\w+\{{(?P<container>{_NAME})\}}")
_LAST_SEEN = re.compile(rf"(?P<age>{_AGE})(?:\s\(x\d+ over {_AGE}\))?\s*$")
_NAMESPACE = re.compile(rf"\s*(?P<namespace>{_NAME})\s{{2,}}{_AGE}")
_SCHEDULED = re.compile(rf"Successfully assigned (?P<namespace>{_NAME})/(?P<pod>{_NAME}) to ")
_CELLS = re.compile(r"\s{2,}|\t")
_READY = re.compile(r"(?P<ready>\d+)/(?P<all>\d+)")
_LOOSE_ROW = re.compile(
    rf"(?:(?P<namespace>{_NAME})\s+)?(?P<pod>{_NAME})\s+\d+/\d+\s+(?:Init:)?(?P<reason>{'|'.join(sorted(PULL_REASONS))})\b"
)
_ARGO = re.compile(
    rf"""[\s\u2500-\u257f]*(?:Pod/(?P<pod>{_NAME})|Pod\s+(?P<namespace>{_NAME})\s+(?P<named>{_NAME}))\s
        (?P<rest>.*\b(?:Healthy|Degraded|Progressing|Missing|Unknown|Suspended)\b.*)""",
    re.VERBOSE,
)
_SECONDS = {"y": 31536000, "d": 86400, "h": 3600, "m": 60, "s": 1}


def read_event_row(line: str, context: Context) -> bool:
    """A row of a table of events."""
    row = _ROW.match(line)
    if row is None:
        return False
    named = _OBJECT.match(row["rest"])
    if named is not None:
        _read_named(row, named, context)
        return True
    described = _DESCRIBED.match(row["rest"])
    if described is not None:
        _note(row, described["rest"], Observation(Kind.FAILED, pod=context.pod), -seconds(described["age"]), context)
        return True
    if read_message(row["rest"]) is None:
        return False
    subobject = _SUBOBJECT.search(row["before"])  # Kubernetes 1.8 and older
    base = Observation(Kind.FAILED, pod=context.pod, container=subobject["container"] if subobject else None)
    _note(row, row["rest"], base, None, context)
    return True


def _read_named(row: re.Match[str], named: re.Match[str], context: Context) -> None:
    rest, container = named["rest"], None
    end = _WIDE_END.search(rest)
    if end is not None:
        rest = rest[: end.start()]
        start = _WIDE_START.match(rest)
        subobject = _SUBOBJECT.match(rest)
        container = subobject["container"] if subobject else None
        rest = rest[start.end() :] if start else rest
    rest = re.sub(r"^\d+\s{2,}", "", rest)  # k9s counts in front of the message
    seen = _LAST_SEEN.search(row["before"])
    namespace = _NAMESPACE.match(row["before"])
    is_pod = named["kind"].lower() in {"pod", "pods", "po"}
    base = Observation(
        Kind.FAILED,
        namespace=namespace["namespace"] if namespace else None,
        pod=named["name"],
        container=container,
    )
    if is_pod:
        _note(row, rest, base, -seconds(seen["age"]) if seen else None, context)


def _note(row: re.Match[str], text: str, base: Observation, time: float | None, context: Context) -> None:
    scheduled = _SCHEDULED.search(text)
    if scheduled is not None and row["reason"] == "Scheduled":
        context.add(Observation(Kind.DECLARED, scheduled["namespace"], scheduled["pod"]))
        if base.pod is None:  # rows of `describe` without the block above them
            context.pod, context.namespace = scheduled["pod"], scheduled["namespace"]
    note_event(row["reason"], text, base._replace(time=time), context)


def note_event(reason: str, text: str, base: Observation, context: Context) -> None:
    """Record what the message of an event states; `base` has its pod and container."""
    if reason not in _EVENT_REASONS:
        return
    message = read_message(f"{reason}: {text}" if reason == "FailedSync" else text)
    if message is None:
        return
    context.add(
        base._replace(
            kind=message.kind,
            container=message.container or base.container,
            image=message.image,
            reason=message.reason or None,
            error=message.error,
            node_level=message.node_level,
        )
    )


# Reasons of the events of which a message can be about a pull (Kubernetes v1.36 `pkg/kubelet/events/event.go`).
_EVENT_REASONS = frozenset(
    {
        "Failed",
        "BackOff",
        "Pulled",
        "Created",
        "Started",
        "InspectFailed",
        "ErrImageNeverPull",
        "FailedSync",
        "FailedToRetrieveImagePullSecret",
        "FailedCreatePodSandBox",
        *PULL_REASONS,
    }
)


def read_pod_row(line: str, context: Context) -> bool:
    """A row of a table of pods: the cell before READY is the name, the one after it STATUS, which may hold blanks."""
    cells = [cell for cell in _CELLS.split(line.strip()) if cell and (len(cell) > 1 or cell.isascii())]
    at = next((number for number, cell in enumerate(cells) if _READY.fullmatch(cell)), 0)
    if not 0 < at < len(cells) - 1:
        return _read_loose_row(line, context)
    name = cells[at - 1].removeprefix("pod/")
    if not re.fullmatch(_NAME, name):
        return False
    namespace = cells[at - 2] if at > 1 and re.fullmatch(_NAME, cells[at - 2]) else None
    ready = _READY.fullmatch(cells[at])
    is_ready = ready is not None and ready["ready"] == ready["all"]
    return _note_status(cells[at + 1], Observation(Kind.FAILED, namespace, name), context, is_ready=is_ready)


def _note_status(status: str, base: Observation, context: Context, *, is_ready: bool) -> bool:
    reason = status.removeprefix("Init:")
    if reason in PULL_REASONS or BROKEN_SECRET.fullmatch(reason):
        context.add(base._replace(reason=reason, is_state=True))
        return True
    if status in {"Running", "Completed"} and (is_ready or status == "Completed"):
        context.add(base._replace(kind=Kind.READY))
        return True
    return False


def _read_loose_row(line: str, context: Context) -> bool:
    match = _LOOSE_ROW.match(line.strip().removeprefix("pod/"))
    if match is None:
        return False
    base = Observation(Kind.FAILED, match["namespace"], match["pod"], reason=match["reason"], is_state=True)
    context.add(base)
    return True


def read_argo_row(line: str, context: Context) -> bool:
    """A pod in the tree or in the list of the resources of an application of Argo CD."""
    row = _ARGO.match(line)
    if row is None:
        return False
    name = row["pod"] or row["named"]
    reason = next((cell for cell in reversed(_CELLS.split(row["rest"].strip())) if cell in PULL_REASONS), None)
    text = re.split(r"\b(?:Healthy|Degraded|Progressing|Missing|Unknown|Suspended)\b", row["rest"], maxsplit=1)[1]
    text = re.sub(rf"^\s+(?:{_AGE})?\s*", "", text)
    text = re.sub(rf"\s{{2,}}(?:{'|'.join(sorted(PULL_REASONS))})\s*$", "", text)
    message = read_message(text)
    if message is None and reason is None:
        return True
    base = Observation(Kind.FAILED, row["namespace"], name, reason=reason, is_state=True)
    if message is not None:
        reason = reason or message.reason
        base = base._replace(kind=message.kind, image=message.image, reason=reason, error=message.error)
    context.add(base)
    return True


def seconds(age: str) -> float:
    """How long ago an age such as `4m58s` is; 0 for one that kubectl does not know."""
    return float(sum(int(number) * _SECONDS[unit] for number, unit in re.findall(r"(\d+)([ydhms])", age)))
