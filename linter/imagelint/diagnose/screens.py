"""Copies from screens: the consoles of OpenShift and Lens, logs of kubectl, and any other line with a pull in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imagelint.diagnose.event_messages import BROKEN_SECRET, PULL_REASONS, read_message
from imagelint.diagnose.logs import filled
from imagelint.diagnose.observations import Kind, Observation
from imagelint.diagnose.pull_errors import image_in, is_pull_error

if TYPE_CHECKING:
    from imagelint.diagnose.context import Context

_NAME = r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?"
_LABEL = re.compile(
    r"\s*(?P<label>P|Po|Pod|NS|Namespace|Involved [Oo]bject|Object|Sub-?[Oo]bject|Container)"
    r"\s*(?::|\t|\s{2,}|$)\s*(?P<value>(?:\S(?:.*\S)?)?)\s*"
)
_VALUE = re.compile(rf"(?:Pod[:/]\s?|spec\.\w+\{{)?(?P<name>{_NAME})\}}?")
_FIELDS = {"namespace": "namespace", "ns": "namespace", "subobject": "container", "container": "container"}
_GENERATED = re.compile(rf"{_NAME}-(?:[a-z0-9]{{5}}|\d+)")
_REPLICA = re.compile(rf"{_NAME}-(?=[a-z]*\d)[a-z0-9]{{5}}")
_INLINE_POD = re.compile(
    rf"\b[Pp]od(?:[:/]\s?\"?|\s\"?(?=[a-z0-9./-]{{0,300}}[-\"]))(?:(?P<namespace>{_NAME})/)?(?P<pod>{_NAME})\"?"
)
# In lists of pods of Lens and OpenShift the status follows the name after some fields.
_LOOK_BACK = 14


class ScreenReader:
    """Follows labels and their values, which such copies have on one line or on two."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._label: str | None = None
        self._recent: list[str] = []

    def read(self, line: str) -> bool:
        """Take a line that names a pod, or says that it has no image; False for any other."""
        text = line.strip()
        self._recent = [*self._recent[1 - _LOOK_BACK :], text]
        waiting, self._label = self._label, None
        if waiting is not None and _VALUE.fullmatch(text):
            self._set(waiting, text)
            return True
        label = _LABEL.fullmatch(line)
        if label is not None and (not label["value"] or _VALUE.fullmatch(label["value"])):
            if label["value"]:
                self._set(label["label"], label["value"])
            else:
                self._label = label["label"]
            return True
        return self._read_status(text) or self._read_message(text)

    def _set(self, label: str, value: str) -> None:
        match = _VALUE.fullmatch(value)
        field = _FIELDS.get(label.lower().replace("-", ""), "pod")
        if match is None:
            return
        if field == "pod":
            self._context.pod, self._context.container = match["name"], None
        elif field == "namespace":
            self._context.namespace = match["name"]
        else:
            self._give_container(match["name"])

    def _give_container(self, name: str) -> None:
        """The field of an event comes after its message."""
        observations = self._context.observations
        if (
            observations
            and observations[-1].pod
            and observations[-1].container is None
            and not observations[-1].is_state
        ):
            observations[-1] = observations[-1]._replace(container=name)

    def _read_status(self, text: str) -> bool:
        """A row or a field that is a waiting reason and nothing else."""
        cells = [cell.strip() for cell in re.split(r"\t|\s{2,}", text) if cell.strip()]
        reason = next((cell for cell in cells if _is_reason(cell)), None)
        if reason is None:
            return False
        before = cells[: cells.index(reason)]
        namespace, pod = self._context.namespace, self._context.pod
        if pod is None or before:
            namespace, pod = _named(before or self._recent[:-1], namespace)
        self._recent = []
        if pod is not None:
            reason = reason.removeprefix("Init:")
            behind = "  ".join(cells[len(before) + 1 :])
            message = read_message(behind)
            error = message.error if message else behind if is_pull_error(behind) else None
            image = message.image if message else image_in(error or "")
            self._context.add(Observation(Kind.FAILED, namespace, pod, None, image, reason, error, is_state=True))
        return pod is not None

    def _read_message(self, text: str) -> bool:
        cells = text.split("\t")
        for cell in cells:
            message = read_message(cell)
            if message is not None and message.kind in {Kind.FAILED, Kind.SECRET, Kind.PULLED}:
                self._context.add(filled(self._pod(cells, cell), message))
                return True
        return False

    def _pod(self, cells: list[str], message: str) -> Observation:
        """The pod that another cell of the row names, or the text in front of the message, or an earlier line."""
        base = Observation(Kind.FAILED, self._context.namespace, self._context.pod, self._context.container)
        around = " ".join(cell for cell in cells if cell is not message)
        match = _INLINE_POD.search(around) or _INLINE_POD.search(re.split(r"[Ff]ailed to |Back-off ", message)[0])
        if match is None:
            return base
        at = next((number for number, cell in enumerate(cells) if match["pod"] in cell and cell is not message), 0)
        namespace = match["namespace"] or (
            cells[at - 1] if at and re.fullmatch(_NAME, cells[at - 1]) else base.namespace
        )
        return base._replace(namespace=namespace, pod=match["pod"])


def _is_reason(cell: str) -> bool:
    reason = cell.removeprefix("Init:")
    return reason in PULL_REASONS or BROKEN_SECRET.fullmatch(reason) is not None


def _named(fields: list[str], namespace: str | None) -> tuple[str | None, str | None]:
    """Namespace and name of the pod that some fields of a row are about; names of nodes look like names of pods."""
    likely = [number for number, field in enumerate(fields) if _REPLICA.fullmatch(field)]
    possible = [number for number, field in enumerate(fields) if _GENERATED.fullmatch(field)]
    if not possible:
        return namespace, None
    at = likely[-1] if likely else possible[0]
    around = [*fields[at + 1 : at + 3], *fields[max(at - 1, 0) : at]]
    return next((field for field in around if re.fullmatch(r"[a-z][a-z0-9-]*", field)), namespace), fields[at]
