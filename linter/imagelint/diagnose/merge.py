"""From observations to failures: one for each pod, container and image, replicas of one owner together."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from imagelint.diagnose.causes import OTHER, UNKNOWN, diagnose_error
from imagelint.diagnose.event_messages import SANDBOX_REASON, SECRET_REASON
from imagelint.diagnose.observations import Diagnosis, Failure, Kind, Observation
from imagelint.diagnose.owners import owner_of
from imagelint.kubelet.reference import InvalidReferenceError, parse_reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_PLAIN_REASONS = ("ErrImagePull", "ImagePullBackOff")
# Further errors of one pull that are looked at for a known cause.
_MOST_ERRORS = 20
_Key = tuple[str | None, str | None]
# A time, and the place in the text.
_When = tuple[float, int]


@dataclass(slots=True)
class _Entry:
    """All that is said of one failed pull of one pod."""

    container: str | None
    image: str | None
    failed: list[tuple[int, Observation]] = field(default_factory=list[tuple[int, Observation]])


class _Pod:
    """All that is said of one pod."""

    def __init__(self, namespace: str | None, name: str | None) -> None:
        self.namespace, self.name = namespace, name
        self.numbered: list[tuple[int, Observation]] = []

    def failures(self) -> list[Failure]:
        """The failed pulls, and the pull secret that was not found."""
        past = _Past(self.numbered)
        found = [self._failure(entry, past) for entry in self._entries()]
        secrets = [one for _, one in self.numbered if one.kind is Kind.SECRET]
        if secrets:
            error = secrets[-1].error
            is_fine = past.has_any and all(failure.resolved for failure in found)
            diagnosis = diagnose_error(error, SECRET_REASON, None)
            found.append(Failure(self.namespace, self.name, None, None, SECRET_REASON, diagnosis, error, is_fine))
        return found

    def _entries(self) -> list[_Entry]:
        """The failed pulls. What names neither container nor image belongs to the one that was mentioned before it."""
        containers = _Containers(self.numbered)
        entries: dict[_Key, _Entry] = {}
        bare: list[tuple[int, Observation]] = []
        last: _Entry | None = None
        for number, one in self.numbered:
            if one.kind is not Kind.FAILED:
                continue
            if one.container is None and one.image is None:
                (bare if last is None else last.failed).append((number, one))
                continue
            for container in containers.of(one):
                image = (containers.images.get(container) if container is not None else None) or one.image
                key = container, None if container is not None else image_key(image)
                last = entries.setdefault(key, _Entry(container, image))
                last.image = last.image or image
                last.failed.append((number, one))
        if bare and not entries:
            return [_Entry(None, None, bare)]
        for entry in [*entries.values()][:1]:
            entry.failed = [*bare, *entry.failed]
        return [*entries.values()]

    def _failure(self, entry: _Entry, past: _Past) -> Failure:
        reason = _reason(entry)
        error, diagnosis = _latest(entry, reason)
        return Failure(
            self.namespace,
            self.name,
            entry.container,
            entry.image,
            reason,
            diagnosis,
            error,
            past.resolves(entry),
            any(one.node_level for _, one in entry.failed),
        )


class _Containers:
    """The containers of a pod, as far as a text names them."""

    def __init__(self, numbered: Sequence[tuple[int, Observation]]) -> None:
        self.images: dict[str, str | None] = {}
        self._waiting: set[str] = set()
        for _, one in numbered:
            if one.container is not None and not one.node_level:
                self.images[one.container] = self.images.get(one.container) or one.image
                if one.kind is Kind.FAILED and one.is_state:
                    self._waiting.add(one.container)
        self._by_image: dict[str, list[str]] = {}
        for name, image in self.images.items():
            if image is not None:
                self._by_image.setdefault(image_key(image) or image, []).append(name)

    def of(self, one: Observation) -> Sequence[str | None]:
        """The containers that an observation is about: by name, else all waiting ones with its image."""
        if one.container is not None or one.node_level:
            return (one.container,)
        fitting = self._by_image.get(image_key(one.image) or "", [])
        if len(fitting) < 2:
            return fitting or (None,)
        return [name for name in fitting if name in self._waiting] or (None,)


class _Past:
    """What a text says of pulls of a pod that are over."""

    def __init__(self, numbered: Sequence[tuple[int, Observation]]) -> None:
        self._ready = -1
        self._states: dict[str, Kind] = {}
        self._by_container: dict[str, _When] = {}
        self._by_image: dict[str, _When] = {}
        for number, one in numbered:
            if one.kind is Kind.READY:
                self._ready = number
            elif one.is_state and one.container is not None:
                self._states[one.container] = one.kind
            elif one.kind in {Kind.PULLED, Kind.STARTED}:
                self._note(one, _when((number, one)))
        self.has_any = bool(self._by_container or self._by_image or Kind.STARTED in self._states.values())
        self.has_any = self.has_any or self._ready >= 0

    def _note(self, one: Observation, when: _When) -> None:
        if one.container is not None:
            self._by_container[one.container] = max(when, self._by_container.get(one.container, when))
        elif one.image is not None:
            key = image_key(one.image) or one.image
            self._by_image[key] = max(when, self._by_image.get(key, when))

    def resolves(self, entry: _Entry) -> bool:
        """Whether a failed pull succeeded later, or its container is past it."""
        last = max(map(_when, entry.failed))
        if self._ready > entry.failed[-1][0]:
            return True
        if entry.container in self._states:
            return self._states[entry.container] is Kind.STARTED
        pulled = (self._by_container.get(entry.container or ""), self._by_image.get(image_key(entry.image) or ""))
        return any(when is not None and when > last for when in pulled)


def _latest(entry: _Entry, reason: str | None) -> tuple[str | None, Diagnosis]:
    """The latest error of a failure, and its cause; one that names a known cause says more than one that does not."""
    errors = [one.error for _, one in sorted(entry.failed, key=_when, reverse=True) if one.error]
    found = ((error, diagnose_error(error, reason, entry.image)) for error in dict.fromkeys(errors))
    first = next(found, None)
    if first is None:
        return None, diagnose_error(None, reason, entry.image)
    known = (both for both in (first, *islice(found, _MOST_ERRORS)) if both[1].cause != OTHER or both[1].subcause)
    return next(known, first)


def _when(numbered: tuple[int, Observation]) -> _When:
    number, one = numbered
    return one.time if one.time is not None else float("-inf"), number


def _reason(entry: _Entry) -> str | None:
    """The waiting reason: of the state, else the most special of the events."""
    failed = [one for _, one in entry.failed]
    states = [one for one in failed if one.is_state and one.reason]
    own = [one.reason for one in states if one.container == entry.container]
    if states:
        return own[-1] if own else states[-1].reason
    reasons = [one.reason for one in failed if one.reason]
    special = [reason for reason in reasons if reason not in _PLAIN_REASONS]
    return special[-1] if special else next((plain for plain in reversed(_PLAIN_REASONS) if plain in reasons), None)


def image_key(image: str | None) -> str | None:
    """What two spellings of one image have in common: the reference that the runtime pulls."""
    if image is None:
        return None
    try:
        return parse_reference(image).runtime_ref
    except InvalidReferenceError:
        return image


def failures_of(observations: Iterable[Observation]) -> list[Failure]:
    """The failed pulls, in the order of the text."""
    pods = _by_pod(list(observations))
    of_pods = [failure for (_, name), pod in pods.items() if name is not None for failure in pod.failures()]
    loose = pods.get((None, None))
    of_tools = _of_tools(loose, of_pods) if loose is not None else []
    return _with_counts([*of_pods, *of_tools])


def _by_pod(observations: list[Observation]) -> dict[_Key, _Pod]:
    namespaces: dict[str, set[str]] = {}
    for one in observations:
        if one.pod is not None and one.namespace is not None:
            namespaces.setdefault(one.pod, set()).add(one.namespace)
    pods: dict[_Key, _Pod] = {}
    for number, one in enumerate(observations):
        namespace = one.namespace if one.pod is not None else None
        if namespace is None and one.pod is not None and len(namespaces.get(one.pod, ())) == 1:
            (namespace,) = namespaces[one.pod]
        key = namespace, one.pod
        pods.setdefault(key, _Pod(*key)).numbered.append((number, one))
    return pods


def _of_tools(tool: _Pod, known: list[Failure]) -> list[Failure]:
    """The failures that no pod is named for, unless a pod with the same image is known to fail."""
    named = {image_key(failure.image) for failure in known if failure.diagnosis.cause != UNKNOWN}
    return [one for one in tool.failures() if one.image is None or image_key(one.image) not in named]


def _with_counts(failures: list[Failure]) -> list[Failure]:
    groups: dict[object, list[Failure]] = {}
    for failure in failures:
        groups.setdefault(_group(failure), []).append(failure)
    return [
        group[0]._replace(pods=len({(one.namespace, one.pod) for one in group}), error=_first_error(group))
        for group in groups.values()
    ]


def _group(failure: Failure) -> object:
    owner = owner_of(failure.pod) if failure.pod is not None and failure.reason != SANDBOX_REASON else failure.pod
    diagnosis = failure.diagnosis
    return (
        failure.namespace,
        owner,
        failure.container,
        image_key(failure.image),
        diagnosis.cause,
        failure.resolved,
        failure.node_level,
        failure.reason == SECRET_REASON,
    )


def _first_error(group: list[Failure]) -> str | None:
    return next((failure.error for failure in group if failure.error), None)
