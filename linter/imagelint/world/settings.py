"""What users declare, as the rules see it."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from imagelint.world.knowledge.registries import Access, Registry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from imagelint.world.rule_options import RuleOptions


class Declaration(NamedTuple):
    """A registry, or a prefix of its paths, that a user speaks of. `auth`: `secret`, `node` or `anonymous`."""

    pattern: str
    auth: str | None = None
    reachable: bool = True


_ACCESS = {"secret": Access.PRIVATE, "anonymous": Access.PUBLIC, "node": Access.MIXED}


def declared_registry(declared: Declaration, known: Registry | None) -> Registry:
    """What a declaration makes of a registry: its word on credentials counts."""
    if known is not None:
        return known._replace(access=_ACCESS[declared.auth]) if declared.auth else known
    return Registry(
        host=declared.pattern,
        name=declared.pattern,
        operator="declared",
        access=_ACCESS.get(declared.auth or "", Access.MIXED),
        status="active",
        source="",
        evidence="files",
    )


class Settings(NamedTuple):
    """What users declare of their cluster and their registries; without it nothing is known of them."""

    # Whose nodes run the pods (`eks`, `gke`, `aks`): they bring credentials for the registries of their cloud.
    platform: str | None = None
    runtime: str | None = None
    # Of the nodes of the cluster; any, where empty.
    architectures: tuple[str, ...] = ()
    # The namespace of objects that name none.
    namespace: str | None = None
    registries: tuple[Declaration, ...] = ()
    allow_only_declared: bool = False
    # NAMESPACE/NAME with globs.
    external_secrets: tuple[str, ...] = ()
    # Of the rules that a configuration gives some.
    options: Mapping[type[RuleOptions], RuleOptions] = MappingProxyType({})
    # The file that says so.
    source: str = ""
