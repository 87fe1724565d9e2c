"""ServiceAccounts and the pull secrets that they give to their pods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.facts.model import ServiceAccount
from imagelint.facts.podspecs import pull_secret_names
from imagelint.text.nodes import mapping, text

if TYPE_CHECKING:
    from imagelint.facts.model import Resource
    from imagelint.text.nodes import Mapping

_ENFORCE = "kubernetes.io/enforce-mountable-secrets"
# The role that EKS gives to the pods of an account.
_ROLE = "eks.amazonaws.com/role-arn"
_GO_TRUE = frozenset({"1", "t", "T", "true", "TRUE", "True"})  # strconv.ParseBool


def service_account(node: Mapping, resource: Resource) -> ServiceAccount:
    """What a ServiceAccount says."""
    enforces = text(mapping(mapping(node, "metadata"), "annotations"), _ENFORCE)
    return ServiceAccount(resource, pull_secret_names(node), enforces is not None and enforces.value in _GO_TRUE)


def platform_of_account(node: Mapping) -> str | None:
    """The platform on which the annotations of a ServiceAccount mean something; None if there are none such."""
    annotations = mapping(mapping(node, "metadata"), "annotations")
    return "eks" if text(annotations, _ROLE) is not None else None
