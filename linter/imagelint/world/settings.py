"""What users declare, as the rules see it."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from imagelint.text.records import NamedTuple
from imagelint.world.knowledge.registries import Access, Registry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from imagelint.kubelet.reference import ImageReference
    from imagelint.world.rule_options import RuleOptions


class Declaration(NamedTuple):
    """A registry, or a prefix of its paths, that a user speaks of. `auth`: `secret`, `node` or `anonymous`."""

    pattern: str
    auth: str | None = None
    reachable: bool = True

    @property
    def repository(self) -> str:
        """The pattern without a tag or digest; a last component `*` says what a prefix means anyway."""
        host, slash, path = self.pattern.partition("/")
        path = path.partition("@")[0].partition(":")[0]
        return host + slash + (path.removesuffix("*") if f"/{path}".endswith("/*") else path)

    def covers(self, image: ImageReference) -> bool:
        """Whether an image is meant: hosts match as in the kubelet, paths by whole components.

        A pattern without a tag or digest means all of them.
        """
        from imagelint.kubelet.keyring import matching_keys

        host, _, path = self.repository.partition("/")
        named, _, digest = self.pattern.partition("/")[2].partition("@")
        tag = named.partition(":")[2]
        own_path = image.normalized.partition("/")[2]
        return (
            bool(matching_keys([host], image.normalized))
            and (not path or f"{own_path}/".startswith(f"{path.rstrip('/')}/"))
            and tag in {"", image.effective_tag}
            and digest in {"", image.digest}
        )


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

    # Whose nodes run the pods (`eks`, `gke`, `aks`, `openshift`): they bring credentials for its registries.
    platform: str | None = None
    # The minor version, if it is stated: (1, 34).
    kubernetes: tuple[int, ...] | None = None
    runtime: str | None = None
    # Of the nodes of the cluster; any, if empty.
    architectures: tuple[str, ...] = ()
    systems: tuple[str, ...] = ()
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
