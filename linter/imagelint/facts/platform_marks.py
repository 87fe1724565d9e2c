"""What labels, annotations and node selectors say of the platform that an object is for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.facts.kinds import core_kinds
from imagelint.text.nodes import Mapping, mapping, select, text

if TYPE_CHECKING:
    from collections.abc import Iterator

# The role that EKS gives to the pods of a service account.
_ROLE = "eks.amazonaws.com/role-arn"
# What the charts of add-ons for EKS say that manages their objects.
_MANAGED_BY, _ADD_ON = "app.kubernetes.io/managed-by", "eks-addon"
# EKS labels its nodes with `nodegroup`, `capacityType`, `compute-type` and others.
_OF_NODES = "eks.amazonaws.com/"


def marked_platform(node: Mapping, kind: str) -> str | None:
    """The platform on which alone the marks of an object of a `group/Kind` mean something; None without any."""
    metadata = mapping(node, "metadata")
    managed_by = text(mapping(metadata, "labels"), _MANAGED_BY)
    is_add_on = managed_by is not None and managed_by.value == _ADD_ON
    has_role = kind == "/ServiceAccount" and text(mapping(metadata, "annotations"), _ROLE) is not None
    return "eks" if is_add_on or has_role or any(map(_is_of_eks, _selectors(node, kind))) else None


def _selectors(node: Mapping, kind: str) -> Iterator[str]:
    path = core_kinds().pod_specs.get(kind)
    for selector in select(node, f"{path}.nodeSelector") if path is not None else ():
        yield from selector.by_key() if isinstance(selector, Mapping) else ()


def _is_of_eks(label: str) -> bool:
    return label.startswith(_OF_NODES)
