"""What the rules about mutable tags have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.kubelet.pull_policy import NEVER
from imagelint.linting.finding import Severity

if TYPE_CHECKING:
    from imagelint.facts.model import Container
    from imagelint.index.image_use import ImageUse
    from imagelint.linting.finding import Finding
    from imagelint.linting.rule import Rule

# What cannot be pulled at all does not become better with a tag.
UNLESS_FOUND_BY = frozenset({"dead-image", "dead-registry", "misspelled-registry", "unreachable-registry"})
# The registry of an OpenShift cluster: its tags are those of image streams, which the cluster or a build in it updates.
_OF_IMAGE_STREAMS = "image-registry.openshift-image-registry.svc"
_PIN = "pin the version you tested, or a digest (`@sha256:…`)"


def tag_finding(rule: Rule, use: ImageUse, message: str) -> Finding:
    """A finding about a mutable tag.

    It is an info where that is meant, since the repository itself or the cluster builds the image, or the Operator
    Lifecycle Manager polls the tag, where the container only waits or `helm test` runs it, and where nothing is pulled.
    """
    if use.pull_policy == NEVER:
        return rule.at_image(use, message, help=_PIN, severity=Severity.INFO, prediction=None)
    help_ = _help_if_meant(use)
    severity = Severity.INFO if help_ is not None else None
    return rule.at_image(use, message, help=help_ or _remedy(use), severity=severity)


def _remedy(use: ImageUse) -> str:
    if use.container.stray_tag is None:
        return _PIN
    key, tag = use.container.stray_tag
    return f"`{key}` is not a field of a container, so it has no effect: write `image: {use.written}:{tag}`"


def _help_if_meant(use: ImageUse) -> str | None:
    """What to do about a mutable tag that may be meant, with the sign of that; None if there is none."""
    if use.container.is_polled:
        return "OLM polls this tag for updates"
    if use.builder is not None:
        return f"{use.builder.name} builds it, so this may be meant; for a release, {_PIN}"
    if use.reference is not None and use.reference.host.startswith(_OF_IMAGE_STREAMS):
        return f"an image stream of the cluster decides what it is, so this may be meant; else {_PIN}"
    if use.container.is_waiting:
        return f"the container does nothing but wait, so this may be meant; else {_PIN}"
    return _help_of_values(use.container)


def _help_of_values(container: Container) -> str | None:
    """What to do about a mutable tag in values of a chart that a release does not deploy; None if it may."""
    if container.value is not None and container.value.tests is not None:
        return f"by its name, `{container.value.tests}` is for `helm test` alone; else {_PIN}"
    if container.value is not None and container.is_switched_off:
        return f"`{container.value.switch}` is false, so the chart should not use it; else {_PIN}"
    return None
