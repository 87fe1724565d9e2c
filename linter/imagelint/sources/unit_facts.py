"""The facts of what a unit deploys, without what its kustomization leaves open."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imagelint.facts.extract import extract_objects
from imagelint.facts.model import FileFacts
from imagelint.linting.crashes import crash_of

if TYPE_CHECKING:
    from imagelint.facts.model import PodSpec, SecretDefinition
    from imagelint.facts.unit import Unit

# A generated Secret with the hash of its content (`api/hasher/hasher.go`).
_HASHED = re.compile(r"(.+)-[bcdfghkmt2456789]{10}")


def facts_of(unit: Unit) -> FileFacts:
    """The facts of the objects that a unit deploys, with its trace and what kustomize refuses of it."""
    if unit.crash is not None:
        return FileFacts(crash=unit.crash, is_partial=True)
    try:
        facts = extract_objects(unit.id.path, unit.objects)
        patches = extract_objects(unit.id.path, (*unit.objects, *unit.unplaced)).pods if unit.unplaced else ()
    except Exception as error:  # noqa: BLE001 - it costs this unit alone
        return FileFacts(crash=crash_of(error))
    every = (*facts.pods, *(_of_patch(pod) for pod in patches if pod.resource.document >= len(unit.objects)))
    # Of two uses of one text the first counts: a container before the variable that its image is from.
    pods = sorted(every, key=lambda pod: pod.is_of_texts)
    return facts._replace(
        pods=tuple(_pod_of(pod, unit) if unit.unknown_lines else pod for pod in pods),
        secrets=tuple(_secret_of(secret, unit) for secret in facts.secrets),
        trace=unit.trace,
        refusals=unit.refusals,
        is_partial=bool(unit.left_out or unit.refusals),
    )


def _of_patch(pod: PodSpec) -> PodSpec:
    """What a patch says of the pods of an object that is elsewhere: only the images are known."""
    return pod._replace(complete=False, pull_secrets=(), service_account=None)


def _pod_of(pod: PodSpec, unit: Unit) -> PodSpec:
    """The pod without the images that are not known."""
    is_known = [one.image is None or one.image.span.line not in unit.unknown_lines for one in pod.containers]
    containers = zip(pod.containers, is_known, strict=True)
    return pod._replace(
        containers=tuple(one if known else one._replace(image_filled_in=True) for one, known in containers)
    )


def _secret_of(secret: SecretDefinition, unit: Unit) -> SecretDefinition:
    """The Secret without what is not known of it: the files that it is generated from may not be committed."""
    number = secret.resource.document
    if number in unit.unknown:
        return secret._replace(config=None, is_hashed=unit.unknown[number])
    hashed = _HASHED.fullmatch(secret.id.name)
    return secret._replace(plain_name=hashed[1], is_hashed=True) if hashed else secret
