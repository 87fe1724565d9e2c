"""Where an image comes from: the most specific judgement on its registry and repository, shared by several rules."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from imagelint.facts.model import ContainerType
from imagelint.kubelet.pull_policy import ALWAYS
from imagelint.kubelet.reference import DOCKER_HUB
from imagelint.linting.finding import Confidence, Severity
from imagelint.linting.prediction import Prediction, WaitingReason, When
from imagelint_rules.local_images import Judgement, always, never_pushed, nowhere, stays_on_the_node, unreachable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.index.image_use import ImageUse
    from imagelint.index.index import Index
    from imagelint.kubelet.reference import ImageReference
    from imagelint.linting.finding import Finding
    from imagelint.linting.fix import Fix
    from imagelint.linting.rule import Rule
    from imagelint.world.knowledge.base import Knowledge
    from imagelint.world.knowledge.known_images import ImageEntry
    from imagelint.world.knowledge.misspellings import Misspelling
    from imagelint.world.knowledge.registries import Registry

_GONE = frozenset({"removed", "unpublished"})
# Verbs of messages, by the status of an image.
_STATUS = {
    "removed": "was removed",
    "unpublished": "was never published",
    "moved": "moved",
    "frozen": "is frozen",
    "archived": "belongs to a discontinued project",
    "retiring": "will be removed",
    "schema1": "has a format that new runtimes refuse",
}
_WRONG_HOSTS = frozenset({"misspelled-registry", "dead-registry", "unreachable-registry"})


def judgement(index: Index, use: ImageUse) -> Judgement | None:
    """The judgement on where an image is pulled from; None if nothing is wrong with it."""
    if stays_on_the_node(index.world.knowledge, use):
        return never_pushed(use)
    if use.container.type is ContainerType.ARTIFACT:
        return _fetched(index, use)
    return _judged(index, use, use.pulled) if use.pulled is not None else None


def _fetched(index: Index, use: ImageUse) -> Judgement | None:
    """The judgement of what a controller fetches in its pod, which resolves other names than the nodes."""
    found = wrong_host(index, use)
    if found is None or found.rule == "unreachable-registry":
        return None
    return found._replace(prediction=None, replacement=None)


def _judged(index: Index, use: ImageUse, image: ImageReference) -> Judgement | None:
    declared = index.declaration(use)
    if declared is not None and not declared.reachable:
        return unreachable(image, "is declared to be out of reach")
    # A bare name in a DeploymentConfig is an image stream, which a trigger replaces; before a short one in the values
    # of a chart the chart may put a registry.
    is_completed = use.pod.resource.kind == "DeploymentConfig" or (use.pod.is_of_values and image.is_short)
    is_known = declared is not None or is_completed or is_set_up(index, image.host)
    found = _judgement_of(
        index.world.knowledge, index.world.today, image, is_declared=is_known, has_tag=use.tagged is not None
    )
    if found is not None and use.builder is not None and use.pull_policy != ALWAYS and _is_for_nodes(image, found):
        return _built(found)
    if found is None or not found.is_local:
        return found
    if use.pod.source.part:
        # What a kustomization lists gets its image when it is deployed: `kustomize edit set image controller=…`.
        return found._replace(severity=Severity.INFO, confidence=Confidence.POSSIBLE)
    return always(found) if use.declared_policy == ALWAYS else found


def _is_for_nodes(image: ImageReference, found: Judgement) -> bool:
    """Whether nobody pushes to a host, so that what is built for it can only be loaded into nodes.

    These are websites, such as `k8s.io`, and `localhost` without a port, which Podman puts before its own builds.
    """
    return image.host == "localhost" or (found.rule == "misspelled-registry" and not found.is_sure)


def _built(found: Judgement) -> Judgement:
    """The judgement of an image of which only the name is wrong, if that is loaded into the nodes."""
    return found._replace(
        severity=Severity.INFO,
        confidence=Confidence.POSSIBLE,
        help="name a registry that the nodes reach, unless the image that is built here is loaded into them",
        replacement=None,
    )


def is_set_up(index: Index, host: str) -> bool:
    """Whether the nodes of a development cluster of the input are set up to pull from a host."""
    return host in index.whole.join(_set_up)


def _set_up(index: Index) -> frozenset[str]:
    return frozenset(host for facts in index.files.values() for host in facts.node_registries)


def wrong_host(index: Index, use: ImageUse) -> Judgement | None:
    """The judgement of an image whose host is misspelled, shut down or out of reach, also if it is not pulled.

    No credentials belong to such a host.
    """
    found = _judged(index, use, use.named) if use.named is not None else None
    return found if found is not None and found.rule in _WRONG_HOSTS else None


def findings_of(rule: Rule, index: Index) -> Iterator[Finding]:
    """The findings of one of the rules that share this judgement."""
    for use, found in index.join(_by_rule).get(rule.name, ()):
        yield rule.at_image(
            use,
            found.message,
            help=found.help,
            severity=found.severity,
            confidence=found.confidence,
            prediction=found.prediction,
            fix=image_fix(use, found.replacement, is_safe=found.is_sure),
        )


def _by_rule(index: Index) -> dict[str, list[tuple[ImageUse, Judgement]]]:
    """The judgements on all images, cached because several rules need them."""
    judged: dict[str, list[tuple[ImageUse, Judgement]]] = {}
    for use in index.images:
        found = judgement(index, use)
        if found is not None:
            judged.setdefault(found.rule, []).append((use, found))
    return judged


def image_fix(use: ImageUse, replacement: str | None, *, is_safe: bool) -> Fix | None:
    """The edit that replaces the image; None if a kustomization or several fields determine the image."""
    if replacement is None or "*" in replacement or use.effective != use.written:
        return None
    from imagelint.linting.fix import Edit, Fix

    return Fix((Edit(use.span, use.written, replacement),), is_safe)


@lru_cache(maxsize=65536)
def _judgement_of(
    knowledge: Knowledge, today: date, image: ImageReference, *, is_declared: bool, has_tag: bool
) -> Judgement | None:
    registry = knowledge.registries.find(image.host)
    wrong = _wrong_spelling(knowledge, image, registry, is_declared=is_declared)
    if wrong is not None:
        return wrong
    entry = knowledge.images.find(image, has_tag=has_tag)
    # An entry for a whole host adds nothing to that of the registry.
    if entry is not None and not (registry is not None and registry.status != "active" and _is_whole_host(entry)):
        return _image(image, entry, today)
    if registry is not None and registry.status != "active":
        return _registry(image, registry, today)
    return None if is_declared else nowhere(knowledge, image, registry)


def _wrong_spelling(
    knowledge: Knowledge, image: ImageReference, registry: Registry | None, *, is_declared: bool
) -> Judgement | None:
    if registry is not None:
        return _upper_case(image) if image.host != image.host.lower() else None
    misspelling = knowledge.misspellings.find(image.host, knowledge.registries.spellings())
    return _misspelled(image, misspelling) if misspelling is not None and not is_declared else None


def _is_whole_host(entry: ImageEntry) -> bool:
    return entry.match.partition("/")[2] == "**" and entry.tags is None


def _misspelled(image: ImageReference, found: Misspelling) -> Judgement:
    path = image.repository
    if found.host == "hub.docker.com":
        path = re.sub(r"\A(?:r|_)/", "", path)  # as in the address of its web page
    instead = _with_tag(f"{found.likely}/{path}", image)
    what = (
        f"is a misspelling of `{found.likely}`"
        if found.kind == "typo"
        else f"is not a registry; the registry is `{found.likely}`"
    )
    note = f": {found.note}" if found.note else ""
    return Judgement(
        "misspelled-registry",
        Severity.ERROR,
        Confidence.CERTAIN if found.malicious or found.source else Confidence.LIKELY,
        f"`{image.host}` {what}{note}",
        f"use `{instead}`",
        Prediction(WaitingReason.ERR_IMAGE_PULL),
        instead,
        found.kind == "typo",
    )


def _upper_case(image: ImageReference) -> Judgement:
    """An upper-case host: no credential matches it, and the runtime knows Docker Hub only in lower case."""
    host = image.host.lower()
    instead = _with_tag(f"{host}/{image.repository}", image)
    return Judgement(
        "misspelled-registry",
        Severity.ERROR if host == DOCKER_HUB else Severity.WARNING,
        Confidence.CERTAIN if host == DOCKER_HUB else Confidence.LIKELY,
        f"the kubelet does not treat `{image.host}` as `{host}` and finds no credentials for it",
        f"use `{instead}`",
        Prediction(WaitingReason.ERR_IMAGE_PULL),
        instead,
        is_sure=True,
    )


def _image(image: ImageReference, entry: ImageEntry, today: date) -> Judgement:
    instead = entry.instead_of(image)
    is_gone = entry.status in _GONE or _is_over(entry.ends, today)
    name = image.normalized + (f":{image.effective_tag}" if entry.tags and image.effective_tag else "")
    status = _STATUS["removed" if is_gone and entry.ends else entry.status]
    since = None if entry.status == "unpublished" else entry.since
    return Judgement(
        "dead-image" if entry.status in _GONE else "deprecated-image",
        _severity(entry.evidence, is_gone=is_gone, is_warning=entry.ends is not None or entry.status == "schema1"),
        _confidence(entry.evidence),
        f"`{name}` {status}{_when(since, entry.ends)}{_note(entry.note)}",
        _help(instead, entry.source, other_tags=entry.other_tags),
        Prediction(WaitingReason.ERR_IMAGE_PULL, When.NOW if is_gone else When.LATER),
        None if entry.other_tags else instead,
        is_sure=False,
    )


def _registry(image: ImageReference, registry: Registry, today: date) -> Judgement:
    instead = None
    if registry.replacement and "*" not in registry.replacement and registry.same_paths:
        instead = _with_tag(f"{registry.replacement}/{image.repository}", image)
    is_gone = registry.is_shut_down or _is_over(registry.ends, today)
    status = {"shut-down": "was shut down", "frozen": "is frozen"}.get(registry.status, "is deprecated")
    return Judgement(
        "dead-registry" if registry.is_shut_down else "deprecated-registry",
        _severity(registry.evidence, is_gone=is_gone, is_warning=registry.ends is not None),
        _confidence(registry.evidence),
        f"registry `{image.host}` {status}{_when(registry.since, registry.ends)}{_note(registry.note)}",
        _help(instead or registry.replacement, registry.source),
        Prediction(WaitingReason.ERR_IMAGE_PULL, When.NOW if is_gone else When.LATER),
        instead,
        is_sure=instead is not None,
    )


def _severity(evidence: str, *, is_gone: bool, is_warning: bool) -> Severity:
    """Lower the severity if the evidence is only general knowledge, which never justifies an error."""
    if is_gone:
        return Severity.WARNING if evidence == "recall" else Severity.ERROR
    return Severity.WARNING if is_warning else Severity.INFO


def _confidence(evidence: str) -> Confidence:
    return Confidence.LIKELY if evidence == "recall" else Confidence.CERTAIN


def _is_over(ends: str | None, today: date) -> bool:
    """Whether an end-of-life date has passed: for a month or a year, the last day counts."""
    if ends is None:
        return False
    import calendar

    year, *rest = map(int, ends.split("-"))
    month = rest[0] if rest else 12
    day = rest[1] if len(rest) > 1 else calendar.monthrange(year, month)[1]
    return today > date(year, month, day)


def _when(since: str | None, ends: str | None) -> str:
    started = f" (since {since})" if since else ""
    return f"{started}, end of life {ends}" if ends else started


def _note(note: str | None) -> str:
    return f": {note}" if note else ""


def _help(instead: str | None, source: str, *, other_tags: bool = False) -> str:
    which = " with one of its tags" if other_tags else ""
    return f"use `{instead}`{which}; see {source}" if instead else f"see {source}"


def _with_tag(name: str, image: ImageReference) -> str:
    tag = f":{image.tag}" if image.tag else ""
    return f"{name}{tag}{f'@{image.digest}' if image.digest else ''}"
