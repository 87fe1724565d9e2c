"""Objects of the API server: pods, events of both groups, and lists of them (core/v1, events.k8s.io/v1)."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from imagelint.diagnose.describe import state_of
from imagelint.diagnose.event_messages import read_message
from imagelint.diagnose.logs import filled
from imagelint.diagnose.observations import Kind, Observation
from imagelint.diagnose.tables import note_event

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.diagnose.context import Context

_CONTAINERS = ("initContainers", "containers", "ephemeralContainers")
_STATUSES = ("initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses")
_FIELD_PATH = re.compile(r"spec\.\w+\{(?P<container>[a-z0-9.-]{1,253})\}")
# The newest first: an event that repeats has its first time, too.
_TIMES = ("lastTimestamp", "deprecatedLastTimestamp", "eventTime", "firstTimestamp", "deprecatedFirstTimestamp")
_MOST_OBJECTS = 200_000


def read_document(document: object, context: Context) -> list[str]:
    """Note what the objects of a document say; returns the texts in it that are to be read as lines."""
    texts: list[str] = []
    for item in _objects(document):
        if _is_event(item):
            texts += _read_event(item, context)
        elif _is_pod(item):
            _read_pod(item, context)
        elif item.get("kind") == "Pod" and _text(_dict(item, "health"), "message"):
            _read_node_of_argo(item, context)
        else:
            texts += _conditions(item)
    return texts


def _objects(document: object) -> Iterator[dict[str, Any]]:
    pending, count = [document], 0
    while pending and count < _MOST_OBJECTS:
        item = pending.pop()
        count += 1
        if isinstance(item, list):
            pending.extend(reversed(cast("list[object]", item)))
        elif isinstance(item, dict):
            found = cast("dict[str, Any]", item)
            pending.extend(reversed(_list(found, "items") or _list(found, "nodes")))
            yield found


def _is_event(item: dict[str, Any]) -> bool:
    return isinstance(item.get("involvedObject") or item.get("regarding"), dict)


def _is_pod(item: dict[str, Any]) -> bool:
    holder = _dict(item, "status") or item
    return any(isinstance(holder.get(key), list) for key in _STATUSES)


def _read_pod(item: dict[str, Any], context: Context) -> None:
    metadata, spec = _dict(item, "metadata"), _dict(item, "spec")
    images = {_text(entry, "name"): _text(entry, "image") for key in _CONTAINERS for entry in _list(spec, key)}
    status = _dict(item, "status") or item
    for entry in (entry for key in _STATUSES for entry in _list(status, key)):
        state, name = _dict(entry, "state"), _text(entry, "name")
        waiting = _dict(state, "waiting")
        observation = state_of(
            name,
            images.get(name) or _text(entry, "image"),
            (_text(waiting, "reason") or "") if "waiting" in state else None,
            _text(waiting, "message"),
            is_past=bool(state),
        )
        context.add(observation._replace(namespace=_text(metadata, "namespace"), pod=_text(metadata, "name")))


def _read_event(item: dict[str, Any], context: Context) -> list[str]:
    about = _dict(item, "involvedObject") or _dict(item, "regarding")
    text, reason = _text(item, "message") or _text(item, "note") or "", _text(item, "reason") or ""
    if _text(about, "kind") != "Pod":
        return [text.replace("\n", " ")]
    path = _FIELD_PATH.fullmatch(_text(about, "fieldPath") or "")
    base = Observation(
        Kind.FAILED,
        namespace=_text(about, "namespace"),
        pod=_text(about, "name"),
        container=path["container"] if path else None,
        time=_time(item),
    )
    note_event(reason, text, base, context)
    return []


def _time(item: dict[str, Any]) -> float | None:
    series = _dict(item, "series")
    written = (_text(series, "lastObservedTime"), *(_text(item, key) for key in _TIMES))
    for text in written:
        try:
            if text and text != "null":
                return datetime.fromisoformat(text).timestamp()
        except (ValueError, OverflowError):
            continue
    return None


def _read_node_of_argo(item: dict[str, Any], context: Context) -> None:
    message = read_message(_text(_dict(item, "health"), "message") or "")
    if message is not None:
        about = Observation(Kind.FAILED, _text(item, "namespace"), _text(item, "name"), is_state=True)
        context.add(filled(about, message))


def _conditions(item: dict[str, Any]) -> list[str]:
    """What the conditions of a workload say, and the messages of a log in JSON."""
    conditions = _list(_dict(item, "status"), "conditions")
    texts = [f"{_text(entry, 'reason')}: {_text(entry, 'message')}" for entry in conditions]
    return [text.replace("\n", " ") for text in (*texts, _text(item, "MESSAGE"), _log_line(item)) if text]


def _log_line(item: dict[str, Any]) -> str | None:
    """A line of klog's JSON format, in its text format."""
    error, title = _text(item, "err"), _text(item, "msg")
    if not error or not title:
        return None
    pod = _dict(item, "pod")
    named = f"{_text(pod, 'namespace')}/{_text(pod, 'name')}" if pod else _text(item, "pod") or ""
    quoted = error.replace('"', '\\"').replace("\n", " ")
    return (
        f'E0101 00:00:00.000000 1 log.go:1] "{title}" err="{quoted}" image="{_text(item, "image") or ""}" pod="{named}"'
    )


def _dict(item: dict[str, Any], key: str) -> dict[str, Any]:
    value = item.get(key)
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _list(item: dict[str, Any], key: str) -> list[dict[str, Any]]:
    value = item.get(key)
    entries = cast("list[object]", value) if isinstance(value, list) else []
    return [cast("dict[str, Any]", entry) for entry in entries if isinstance(entry, dict)]


def _text(item: dict[str, Any], key: str) -> str | None:
    value = item.get(key)
    return value if isinstance(value, str) and value else None
