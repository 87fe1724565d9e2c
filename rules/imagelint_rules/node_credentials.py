"""Credentials that nodes have for a registry, so that their pods need no pull secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.index.artifacts import folders_of
from imagelint.text.places import Place

if TYPE_CHECKING:
    from imagelint.facts.registry_signs import NodeCredential
    from imagelint.index.image_use import ImageUse
    from imagelint.index.index import Index
    from imagelint.text.places import SourceId
    from imagelint.world.knowledge.registries import Registry


def owner_of_credentials(registry: Registry | None) -> str | None:
    """The platform whose nodes bring credentials for a registry."""
    return registry.node_credentials if registry is not None else None


def nodes_bring_credentials(index: Index, use: ImageUse) -> bool:
    """Whether the nodes have credentials for the registry of an image, as the settings or objects of OpenShift say.

    On a cloud they need a role for it, which objects do not show.
    """
    owner = owner_of_credentials(index.registry(use))
    if owner is None:
        return False
    from imagelint.index.inferred_platform import platform_of

    if index.settings.platform is None and owner != "openshift":
        return False
    # Operators of Red Hat's catalogues are for OpenShift alone.
    is_of_catalogue = owner == "openshift" and use.pod.resource.kind == "ClusterServiceVersion"
    return is_of_catalogue or owner == platform_of(index, use.pod.source)


def shown_credentials(index: Index, use: ImageUse) -> str | None:
    """What shows that the nodes have credentials for the registry of an image, as the end of a message."""
    if index.settings.platform is not None:
        return None
    from imagelint.index.inferred_platform import is_shown

    owner = owner_of_credentials(index.registry(use))
    path = _noted(index, use, owner)
    if path is not None:
        return path
    if owner is not None and is_shown(index, owner):
        return f"other files are for {owner.upper()}"
    return credentials_of_context(index, use)


def credentials_of_context(index: Index, use: ImageUse, other: SourceId | None = None) -> str | None:
    """The same, as the name of a folder shows; None if what needs a secret (`other`) is for the platform, too."""
    if index.settings.platform is not None:
        return None
    from imagelint.index.inferred_platform import context_of

    owner, context = owner_of_credentials(index.registry(use)), context_of(index, use.pod.source)
    theirs = context_of(index, other) if other is not None else None
    if owner is None or context is None or context[0] != owner or (theirs is not None and theirs[0] == owner):
        return None
    return f"it is deployed from a folder with the name of a context of {owner.upper()}, `{context[1]}`"


def _noted(index: Index, use: ImageUse, owner: str | None) -> str | None:
    noted = index.whole.join(_credentials)
    if not noted or use.reference is None:
        return None
    place = Place(use.pod.source, use.span)
    folders = {"", *folders_of(index.whole.files[place.source].written(place).source.path)}
    for path, one in noted:
        is_there = one.host in {None, use.reference.host.lower()} and (one.folder is None or one.folder in folders)
        if is_there and one.platform in {None, owner}:
            return f"`{path}` {one.how}"
    return None


def _credentials(index: Index) -> list[tuple[str, NodeCredential]]:
    """Those that files show, in the order of the files; what scripts do comes before what texts say."""
    found = [(source.path, one) for source, facts in index.files.items() for one in facts.node_credentials]
    return sorted(found, key=lambda one: (one[1].folder is not None, one[0], str(one[1])))
