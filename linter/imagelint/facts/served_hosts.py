"""Host names that objects serve, and the domain whose hosts have one owner.

Sources: Ingress (Kubernetes v1.36 `networking/v1`), the routes and gateways of Gateway API v1.4, Istio 1.28, Traefik
v3.6, Contour v1.33, Emissary v3.9 and OpenShift; Certificate of cert-manager v1.19; DNSEndpoint and the annotation of
external-dns v0.20. Charts get such hosts below a key that is called like the object.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from imagelint.data import load_data
from imagelint.facts.kinds import serves_hosts
from imagelint.text.compose import ComposeError, compose
from imagelint.text.nodes import Mapping, Scalar, Sequence, mapping, text
from imagelint.text.split import split

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.text.nodes import Node

_HOST_NAME = re.compile(r"(?:[\w-]{1,63}\.){1,10}[A-Za-z][\w-]{0,62}", re.ASCII)
_LONGEST = 4000
_EXTERNAL_DNS = "external-dns.alpha.kubernetes.io/hostname"
# Keys of values, in lower case.
_KEYS = re.compile(
    r"ingress(?:es|route)?|(?:http|grpc|tls)?routes?|gateways?|virtualservices?|certificates?|dnsendpoints?"
)


def served_hosts(data: bytes) -> Iterator[str]:
    """The host names that the objects of a text serve, or the values of a chart in it, in lower case."""
    for document in split(data):
        try:
            root = compose(document.data, needs_reason=False)
        except ComposeError:
            continue
        seen: set[int] = set()
        for node in _serving(root, set()) if root is not None else ():
            for written in _texts(node, seen):
                yield from (host.lower() for host in _HOST_NAME.findall(written[:_LONGEST]))


def domain_of(host: str) -> str:
    """The domain of a registry whose hosts belong to its owner: `acme.io` of `registry.acme.io:5000`.

    It is the host alone where strangers have hosts beside it: under `co.uk`, `github.io`, and a top-level domain.
    """
    name = host.partition(":")[0].lower()
    domain = name.partition(".")[2]
    return name if _is_shared(domain) else domain


def is_within(host: str, domain: str) -> bool:
    """Whether a host name is a domain, or below it."""
    return host == domain or host.endswith(f".{domain}")


@cache
def _shared() -> tuple[frozenset[str], frozenset[str]]:
    data = load_data("shared_domains.json")
    return frozenset(data["domains"]), frozenset(data["second_levels"])


def _is_shared(domain: str) -> bool:
    domains, second_levels = _shared()
    first, _, rest = domain.partition(".")
    is_of_country = len(rest) == 2 and first in second_levels
    return not rest or is_of_country or any(is_within(domain, shared) for shared in domains)


def _serving(node: Node, seen: set[int]) -> Iterator[Node]:
    """The parts of a document that say what is served; each node counts once, however many aliases it has."""
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, Sequence):
        for item in node.items:
            yield from _serving(item, seen)
    if not isinstance(node, Mapping):
        return
    kind, annotation = text(node, "kind"), mapping(mapping(node, "metadata"), "annotations")
    if annotation is not None and (found := annotation.get(_EXTERNAL_DNS)) is not None:
        yield found
    is_serving = kind is not None and serves_hosts(kind.value)
    for key, value in node.pairs():
        if (is_serving and key.value == "spec") or _KEYS.fullmatch(key.value.lower()):
            yield value
        else:
            yield from _serving(value, seen)


def _texts(node: Node, seen: set[int]) -> Iterator[str]:
    if isinstance(node, Scalar):
        yield node.value
        return
    if id(node) in seen:
        return
    seen.add(id(node))
    for child in node.items if isinstance(node, Sequence) else [value for _, value in node.pairs()]:
        yield from _texts(child, seen)
