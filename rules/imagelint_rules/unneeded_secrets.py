"""Pull secrets that fail, where the images are pulled without one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.linting.finding import Severity, Subject
from imagelint.text.places import Place
from imagelint_rules.remedies import PodImages, all_public

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imagelint.index.index import Index
    from imagelint.index.pull_secrets import SecretUse
    from imagelint.linting.finding import Finding
    from imagelint.linting.rule import Rule
    from imagelint.text.places import Related

# The kubelet records it for a Secret that is not in the namespace of the pod, and pulls without credentials.
ONE_EVENT = "so that the only effect is the event `FailedToRetrieveImagePullSecret`"


def unneeded(index: Index, use: SecretUse) -> str | None:
    """Why every image that a pull secret may be for is pulled without it; None if one may need it."""
    if all_public(index, use):
        return "all its images are public"
    if use.pod is not None and index.join(PodImages).need_none(use.pod):
        return "the nodes have credentials for its images, or these are public"
    return None


def harmless(rule: Rule, use: SecretUse, problem: str, related: Sequence[Related] = ()) -> Finding:
    """What is wrong with a pull secret that no image needs."""
    return rule.finding(
        Place(use.source, use.name.span),
        f"pull secret `{use.name.value}` {problem}",
        Subject(resource=use.resource, names=(use.name.value,)),
        help="remove the entry; credentials that the registry rejects would make the pull fail",
        related=related,
        severity=Severity.INFO,
        prediction=None,
    )
