"""Images that only the machine of their author has, and hosts that only it reaches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.kubelet.pull_policy import ALWAYS
from imagelint.kubelet.reference import DOCKER_HUB
from imagelint.linting.finding import Confidence, Severity
from imagelint.linting.prediction import Prediction, WaitingReason
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from imagelint.index.image_use import ImageUse
    from imagelint.kubelet.reference import ImageReference
    from imagelint.world.knowledge.base import Knowledge
    from imagelint.world.knowledge.registries import Registry


class Judgement(NamedTuple):
    """A judgement: the rule that reports it, how bad it is, and what to write instead."""

    rule: str
    severity: Severity
    confidence: Confidence
    message: str
    help: str
    # None if no pod pulls it.
    prediction: Prediction | None
    replacement: str | None
    # The replacement is the same image for certain.
    is_sure: bool
    # The name looks like that of a local build, which nodes can have without a pull.
    is_local: bool = False


def nowhere(knowledge: Knowledge, image: ImageReference, registry: Registry | None) -> Judgement | None:
    """Why an image cannot be pulled: it was never published, or its host is out of reach; None if it may be."""
    namespace, _, name = image.repository.partition("/")
    if image.registry == DOCKER_HUB and namespace == "library" and name not in knowledge.official_images:
        return _unofficial(image, name, is_host=knowledge.registries.find(name) is not None)
    if image.registry == DOCKER_HUB and namespace == "local":
        return _unofficial(image, name, is_host=False)
    if registry is not None:
        return None
    from imagelint.kubelet.reachability import development_cluster, why_unreachable

    cluster, reason = development_cluster(image.host), why_unreachable(image.host)
    if cluster is not None:
        return _development(image, cluster)
    return unreachable(image, reason) if reason else None


def _unofficial(image: ImageReference, name: str, *, is_host: bool) -> Judgement:
    """Only Docker publishes under `library/`, so that a bare name of one's own is nowhere."""
    message = f"`{image.normalized}` is none of Docker's official images, so that a pull of `{name}` finds nothing"
    if image.repository.startswith("local/"):
        message = f"`{image.normalized}` is a name of local builds, so that a pull of it finds nothing"
    if name == "sha256":
        message = f"an image ID is known to one node only: a pull of it asks for a tag of `{image.normalized}`"
    if is_host:
        message = f"`{name}` is a registry without an image: it is read as `{image.normalized}`"
    return Judgement(
        "dead-image",
        Severity.WARNING,
        Confidence.LIKELY,
        message,
        "name the registry and the organisation that the image was pushed to",
        Prediction(WaitingReason.ERR_IMAGE_PULL),
        None,
        is_sure=False,
        is_local=not is_host and name != "sha256",
    )


def always(found: Judgement) -> Judgement:
    """A local build with `Always`: the image is on the node, and is not used."""
    return found._replace(
        severity=Severity.ERROR,
        message=f"{found.message}; `imagePullPolicy: Always` makes the kubelet ask the registry even if the node "
        "has the image",
        help=f"{found.help}; or, for an image that is loaded into a local cluster, set `imagePullPolicy: IfNotPresent`",
    )


def stays_on_the_node(knowledge: Knowledge, use: ImageUse) -> bool:
    """Whether what builds an image leaves it on a node whose kubelet contacts a registry for it anyway.

    What replaces the tag also decides the default of the policy, so that only a written one counts.
    """
    if use.builder is None or use.reference is None:
        return False
    policy = use.declared_policy if use.builder.replaces else use.pull_policy
    # Nobody but Docker can push a bare name.
    namespace, _, name = use.reference.repository.partition("/")
    is_bare = use.reference.registry == DOCKER_HUB and namespace == "library" and name not in knowledge.official_images
    return policy == ALWAYS and (use.builder.is_local or (is_bare and not use.builder.replaces))


def never_pushed(use: ImageUse) -> Judgement:
    """A build that stays on the node, with `Always`: the kubelet asks a registry that never got it."""
    builder = use.builder.name if use.builder else ""
    policy = "`imagePullPolicy: Always`" if use.declared_policy else "`Always`, the default policy for its tag,"
    return Judgement(
        "dead-image",
        Severity.WARNING,
        Confidence.LIKELY,
        f"{builder} builds `{use.written}` and pushes it to no registry, but {policy} makes the kubelet ask one even "
        "where the node has the image",
        "set `imagePullPolicy: IfNotPresent`, or let the build push the image",
        Prediction(WaitingReason.ERR_IMAGE_PULL),
        None,
        is_sure=False,
    )


def _development(image: ImageReference, cluster: str) -> Judgement:
    """A host that the documentation of a development cluster has its users write."""
    has_port = ":" in image.host
    message = f"nodes reach `{image.host}` only with the registry set-up of {cluster}"
    if not has_port:
        message = f"`{image.host}` lacks the port of the registry of {cluster}: on port 443 its ingress answers"
    help_ = f'with that set-up, declare it in the configuration: `registries: {{"{image.host}": {{auth: anonymous}}}}`'
    return Judgement(
        "unreachable-registry",
        Severity.INFO if has_port else Severity.WARNING,
        Confidence.POSSIBLE if has_port else Confidence.LIKELY,
        message,
        help_ if has_port else f"write `{image.host}:PORT/{image.repository}`",
        Prediction(WaitingReason.ERR_IMAGE_PULL),
        None,
        is_sure=False,
    )


def unreachable(image: ImageReference, reason: str) -> Judgement:
    """An image on a host that nodes do not reach, with the reason as a clause."""
    return Judgement(
        "unreachable-registry",
        Severity.WARNING,
        Confidence.LIKELY,
        f"`{image.host}` is not reachable from cluster nodes: it {reason}",
        "push the image to a registry that the nodes reach, and name that",
        Prediction(WaitingReason.ERR_IMAGE_PULL),
        None,
        is_sure=False,
    )
