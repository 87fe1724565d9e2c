"""The answer to each failure: one sentence, a remedy, and a command that distinguishes the possibilities."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from imagelint.data import load_data
from imagelint.diagnose.causes import UNKNOWN, texts_of
from imagelint.diagnose.clean import clean_error, clean_image
from imagelint.diagnose.event_messages import SECRET_REASON
from imagelint.diagnose.observations import Diagnosis
from imagelint.kubelet.reference import ImageReference, InvalidReferenceError, parse_reference
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from imagelint.diagnose.observations import Failure, Line
    from imagelint.world.knowledge.base import Knowledge

_HUB, _HUB_SERVER = "docker.io", "https://index.docker.io/v1/"
_NAMED = re.compile(
    r"image pull secrets \(([\w., -]{1,2000})\)|pull secret (?:[\w.-]+/)?([\w.-]+) for |secrets? \"([\w.-]+)\""
)
# Causes in which a host that is dead or misspelt is the real reason.
_OF_THE_HOST = frozenset(
    {"unauthorized", "denied", "not-found", "dns", "tls", "timeout-refused", "http-vs-https", "registry-gone", "other"}
)
_CLOUD_CAUSES = frozenset({"unauthorized", "denied"})
# Where a credential was sent, or is not the point, the rights of the node are not the fix.
_NO_CREDENTIAL = frozenset({None, "no-credentials", "anonymous"})


class Answer(NamedTuple):
    """A failure with all that is printed of it; None for what is not known."""

    failure: Failure
    # The error of the runtime, cleaned.
    message: str | None
    summary: str
    fix: str
    check: str
    # Where the manifests say something else than the cluster.
    contradiction: str | None = None
    # `proven`, `contradicted` or `possible`, if there are manifests.
    confidence: str | None = None
    place: Line | None = None


def answers_of(failures: Sequence[Failure], knowledge: Knowledge) -> list[Answer]:
    """An answer for each failure, from the texts alone."""
    missing = {
        (failure.namespace, failure.pod): name
        for failure in failures
        if failure.reason == SECRET_REASON and (name := missing_secret(failure.error)) is not None
    }
    return [_answer(failure, missing.get((failure.namespace, failure.pod)), knowledge) for failure in failures]


def missing_secret(error: str | None) -> str | None:
    """The pull secret that the kubelet did not find; the first of several."""
    match = _NAMED.search(error or "")
    if match is None:
        return None
    return next(group for group in match.groups() if group).partition(",")[0].strip()


def _answer(failure: Failure, secret: str | None, knowledge: Knowledge) -> Answer:
    failure = failure._replace(image=clean_image(failure.image))
    cause, values = failure.diagnosis.cause, values_of(failure, secret)
    summary, fix, check, _ = texts_of(failure.diagnosis)
    reference = reference_of(failure.image)
    host = reference.host if reference else None
    advice = load_data("advice.json")
    if cause == "unauthorized" and secret is not None:
        summary = filled(advice["missing_secret"], values)
    if cause == "denied" and host == _HUB:
        check = advice["hub"]["check"]
    if cause in _CLOUD_CAUSES and failure.diagnosis.subcause in _NO_CREDENTIAL and secret is None:
        fix = advice["clouds"].get(_cloud(host, knowledge) or "", fix)
    wrong = wrong_host(host, knowledge) if cause in _OF_THE_HOST else None
    if wrong is not None:
        check = texts_of(Diagnosis(UNKNOWN)).check
    message = clean_error(failure.error)
    return Answer(failure, message, summary, wrong or filled(fix, values), filled(check, values, quoted=True))


def values_of(failure: Failure, secret: str | None = None) -> dict[str, str]:
    """What the placeholders of a text are filled with; in capitals what the text does not say."""
    reference = reference_of(failure.image)
    host = reference.host if reference else "HOST"
    repository = reference.normalized if reference else "REPOSITORY"
    name, _, port = host.partition(":")
    named = missing_secret(failure.error) if failure.reason == SECRET_REASON else secret
    return {
        "image": failure.image or "IMAGE",
        "full": reference.runtime_ref if reference else "IMAGE",
        "host": host,
        "hostname": name,
        "address": f"{name}:{port or 443}",
        "server": _HUB_SERVER if host == _HUB else host if reference else "REGISTRY",
        "repository": repository,
        "repository_path": repository,
        "hub_path": reference.repository if reference else "ORGANISATION/NAME",
        "namespace": failure.namespace or "NAMESPACE",
        "pod": failure.pod or "POD",
        "node": "NODE",
        "secret": named or "SECRET",
    }


def filled(text: str, values: Mapping[str, str], *, quoted: bool = False) -> str:
    """A text of the data with its placeholders filled; `quoted` for a command."""
    return text.format_map({key: shlex.quote(value) if quoted else value for key, value in values.items()})


def reference_of(image: str | None) -> ImageReference | None:
    """The reference that an image is, None for one that is not valid."""
    try:
        return parse_reference(image) if image else None
    except InvalidReferenceError:
        return None


def wrong_host(host: str | None, knowledge: Knowledge) -> str | None:
    """The replacement for a host that was shut down or is misspelled: no login may be sent there."""
    if host is None:
        return None
    registry = knowledge.registries.find(host)
    if registry is not None and registry.is_shut_down:
        instead = f"; use {registry.replacement}" if registry.replacement else ""
        return f"{host} was shut down{instead}"
    misspelt = knowledge.misspellings.find(host, knowledge.registries.spellings()) if registry is None else None
    return f"{host} is probably a misspelling of {misspelt.likely}: correct the image" if misspelt is not None else None


def _cloud(host: str | None, knowledge: Knowledge) -> str | None:
    registry = knowledge.registries.find(host)
    return registry.node_credentials if registry is not None else None
