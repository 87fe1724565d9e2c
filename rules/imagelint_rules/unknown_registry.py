"""A registry that is not well known.

### What it does

Compares the host of every image with the registries in the knowledge base. It does not report hosts that a related rule
reports (`misspelled-registry`, `unreachable-registry`, …), hosts for which a pull secret of the pod has credentials,
and containers that never pull.

With `allow-only-declared: true` in the configuration every image that `registries` does not cover is reported,
regardless of what else is known of it and of which other rule reports it. Patterns match whole path components:
`ghcr.io/acme` covers `ghcr.io/acme/web:1.4`, not `ghcr.io/acme-evil/web:1.4`. A pattern without a tag covers every tag.

It is an info, and the message says why, where the input shows that the registry is meant:

- a script, a pipeline, a build file or a Dockerfile logs in to it, pulls from it or pushes to it, or a README shows a
  command that does; a command that only deploys an image does not count
- an Ingress, a route, a gateway, a Certificate or a DNSEndpoint has a host of the registry's domain: `shop.acme.dev`
  for `registry.acme.dev`. Below a domain of many owners (`co.uk`, `github.io`, `duckdns.org`), only the registry itself
  and its subdomains count
- three files and more pull different repositories from it, or an object that makes a controller fetch from it
  (`OCIRepository`, `ImageRepository`) names it as well
- a Secret has credentials for it, though the pod does not name that
- a pull secret of the pod, whose content is not known, can only be for this registry: the other images of all pods that
  name the secret are public

It is an info in a chart that is rendered with its own values, as whoever installs the chart gives it the credentials.
So it is for addresses and for names without a domain: neither is a misspelling of a public registry.

As an allow list the rule is always right. Without one it is a hint with confidence `possible`, as it cannot see your
network; it is on because most such hosts need credentials, and a typo in a host is easy to overlook.

### Options

- `registries`: your hosts, or host/path prefixes
- `allow-only-declared`: report all other registries

### Why is this bad?

A host that nobody else uses is a private registry (then pods need credentials and nodes a route to it), a host that no
longer exists, or a typo. Each fails with `ErrImagePull`.

### Example

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: registry.acme-internal.net/web:1.4  # error: unknown-registry
```

### Use instead

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: ghcr.io/acme/web:1.4
```

### References

- [Kubernetes: using a private registry](https://kubernetes.io/docs/concepts/containers/images/#using-a-private-registry)
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imagelint.facts.model import ContainerType
from imagelint.index.pull_secrets import Match
from imagelint.linting.finding import Confidence, Severity
from imagelint.linting.prediction import Prediction, WaitingReason
from imagelint.linting.rule import Rule
from imagelint.text.trace import Part
from imagelint_rules.judging import is_set_up, judgement
from imagelint_rules.remedies import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.index.image_use import ImageUse
    from imagelint.index.index import Index
    from imagelint.kubelet.reference import ImageReference
    from imagelint.linting.finding import Finding
    from imagelint.text.places import SourceId, Span


# An address, or a name of the own network: neither is a misspelling of a public registry.
_IN_HOUSE = r"(?:[0-9]+(?:\.[0-9]+){3}|\[[0-9a-fA-F:]+\]|[A-Za-z0-9-]+)(?::[0-9]+)?"

# A name that no registry will ever have (RFC 6761), so that it has to be replaced.
_RESERVED = r".+\.invalid(?::[0-9]+)?"


def check(index: Index) -> Iterator[Finding]:
    """Images on hosts that are not in the knowledge base."""
    for use in index.images:
        reference = use.named
        if reference is None:
            continue
        if index.settings.allow_only_declared and index.declaration(use) is None:
            # Regardless of what else is known of the image, and of which other rule reports it.
            yield _refused(index, use, reference)
        elif index.registry(use) is None and use.pulled is not None and _is_open(index, use, reference.host):
            yield _unknown(index, use, reference.host)


def _unknown(index: Index, use: ImageUse, host: str) -> Finding:
    from imagelint_rules.registry_evidence import why_meant

    is_in_house = re.fullmatch(_IN_HOUSE, host) is not None
    why = None if is_in_house or re.fullmatch(_RESERVED, host) else why_meant(index, use, host)
    but = f", but {why}" if why is not None else ""
    return RULE.at_image(
        use,
        f"registry `{host}` is not well known{but}: nodes must be able to reach it and usually need credentials for it",
        help="check the spelling; if the registry is yours, declare it under `registries` in the configuration, and "
        "add a pull secret for it to the pod",
        severity=Severity.INFO if is_in_house or why is not None else Severity.WARNING,
    )


def _own_hosts(index: Index) -> frozenset[tuple[SourceId, Span, str]]:
    """The hosts that the containers of each object pull from: what they hand on from there is no news."""
    own = (use for use in index.images if use.container.type is not ContainerType.HANDED_ON)
    return frozenset((*_object(use), use.named.host) for use in own if use.named is not None)


def _object(use: ImageUse) -> tuple[SourceId, Span]:
    return use.pod.source, use.pod.resource.span


def _is_open(index: Index, use: ImageUse, host: str) -> bool:
    """Whether nothing else is reported of the registry, and no credential shows that it is meant.

    Which credentials the pods of a chart get is not known.
    """
    if use.container.type is ContainerType.HANDED_ON and (*_object(use), host) in index.join(_own_hosts):
        return False
    if use.pod.is_of_values or is_set_up(index, host):
        return False
    return judgement(index, use) is None and index.credential(use).match is not Match.MATCHED


def _refused(index: Index, use: ImageUse, reference: ImageReference) -> Finding:
    # The list may have the repository with another tag.
    has_others = any(declared.repository == reference.normalized for declared in index.settings.registries)
    image = reference.runtime_ref if has_others else reference.normalized
    return RULE.at_image(
        use,
        f"`{image}` is not covered by `registries` in the configuration, which allows nothing else",
        help=f"use an image from {index.join(_declared)}, or declare this one under `registries` in the configuration",
        confidence=Confidence.CERTAIN,
        prediction=None,
    )


def _declared(index: Index) -> str:
    return listed([declared.pattern for declared in index.settings.registries]) or "a declared registry"


RULE = Rule(
    __name__,
    Severity.WARNING,
    check,
    prediction=Prediction(WaitingReason.ERR_IMAGE_PULL),
    confidence=Confidence.POSSIBLE,
    is_about_host=True,
    part=Part.NAME,
)
