"""ServiceAccounts with the pull secrets that they give to their pods, and other objects that create accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.facts.model import ServiceAccount
from imagelint.facts.podspecs import pull_secret_names
from imagelint.facts.screen import EKS_CLUSTER
from imagelint.text.nodes import mapping, select, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.facts.model import Resource
    from imagelint.text.nodes import Mapping
    from imagelint.text.places import Text

_ENFORCE = "kubernetes.io/enforce-mountable-secrets"
_INSTALL = "spec.install.spec"
_GO_TRUE = frozenset({"1", "t", "T", "true", "TRUE", "True"})  # strconv.ParseBool


def service_account(node: Mapping, resource: Resource) -> ServiceAccount:
    """What a ServiceAccount says."""
    enforces = text(mapping(mapping(node, "metadata"), "annotations"), _ENFORCE)
    return ServiceAccount(resource, pull_secret_names(node), enforces is not None and enforces.value in _GO_TRUE)


def accounts_of(node: Mapping, resource: Resource, kind: str) -> Iterator[ServiceAccount]:
    """The accounts that an object of one of the creating kinds makes, as parts of it.

    eksctl creates those of `iam.serviceAccounts` (`v1alpha5`), in `default` unless it states a namespace. The Operator
    Lifecycle Manager creates those that get permissions, in the namespace that the operator is installed to.
    """
    if kind == EKS_CLUSTER:
        for entry in select(node, "iam.serviceAccounts[]"):
            metadata, role_only = mapping(entry, "metadata"), text(entry, "roleOnly")
            name, namespace = text(metadata, "name"), text(metadata, "namespace")
            if name is not None and (role_only is None or role_only.value not in _GO_TRUE):
                yield _created(resource, name, namespace.value if namespace is not None else "default")
        return
    entries = (*select(node, f"{_INSTALL}.permissions[]"), *select(node, f"{_INSTALL}.clusterPermissions[]"))
    for name in filter(None, (text(entry, "serviceAccountName") for entry in entries)):
        yield _created(resource, name, None)


def _created(resource: Resource, name: Text, namespace: str | None) -> ServiceAccount:
    return ServiceAccount(resource._replace(name=name.value, namespace=namespace, span=name.span), (), False)
