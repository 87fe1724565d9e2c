"""Which kustomizations apply to which files, and what they make of namespaces and images."""

from __future__ import annotations

import posixpath
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from imagelint.facts.image_patches import ImagePatches, file_patch
from imagelint.facts.kustomization import FILE_NAMES
from imagelint.index.image_rewrites import ImageRewrites

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from imagelint.facts.model import FileFacts, ImagePatch, Resource

# A base that more overlays use than this is judged once, by what they have in common.
_MAX_OVERLAYS = 12


class Overlay(NamedTuple):
    """What the kustomizations above a file give to it. One file may be in several."""

    namespace: str | None = None
    name_prefix: str = ""
    name_suffix: str = ""
    # Of each kustomization that has any.
    images: tuple[ImageRewrites, ...] = ()
    image_patches: tuple[ImagePatches, ...] = ()
    changes_pull_secrets: bool = False

    def around(self, inner: Overlay) -> Overlay:
        """Apply it to what `inner` made: the outermost namespace wins, inner images come first."""
        return Overlay(
            namespace=self.namespace or inner.namespace,
            name_prefix=self.name_prefix + inner.name_prefix,
            name_suffix=inner.name_suffix + self.name_suffix,
            images=(*inner.images, *self.images),
            image_patches=(*inner.image_patches, *self.image_patches),
            changes_pull_secrets=self.changes_pull_secrets or inner.changes_pull_secrets,
        )

    def resource(self, resource: Resource) -> Resource:
        """An object in the namespace that it is deployed to."""
        if self.namespace in {None, resource.namespace}:
            return resource
        return resource._replace(namespace=self.namespace)

    def image(self, written: str) -> str:
        """The image that kustomize writes instead of `written`."""
        for rewrites in self.images:
            written = rewrites.image(written)
        return written


UNTOUCHED = Overlay()


class Overlays:
    """The overlays of every file, and the files that are patches and no objects of their own."""

    def __init__(self, files: Mapping[str, FileFacts]) -> None:
        self._files = files
        self._kustomizations = {
            posixpath.dirname(path): facts.kustomization
            for path, facts in files.items()
            if facts.kustomization is not None
        }
        self._of: dict[str, list[Overlay]] = {}
        self._common: dict[tuple[int, ...], Overlay] = {}
        # What several kustomizations have in common is one object, which compares at once.
        self._rewrites = cache(ImageRewrites)
        self._patches = cache(ImagePatches)
        self._own = cache(self._own_overlay)
        self.patches = {
            _join(folder, patch.path)
            for folder, kustomization in self._kustomizations.items()
            for patch in kustomization.patches
        }
        for folder in self._roots():
            self._apply(folder)

    def of(self, path: str) -> list[Overlay]:
        """The overlays that `path` is deployed with; files that nothing lists are deployed as they are."""
        found = self._of.get(path)
        if found is None:
            return [UNTOUCHED]
        if len(found) <= _MAX_OVERLAYS:
            return found
        key = tuple(map(id, found))
        if key not in self._common:
            self._common[key] = _common(found)
        return [self._common[key]]

    def _roots(self) -> list[str]:
        listed = {
            _join(folder, resource)
            for folder, kustomization in self._kustomizations.items()
            for resource in (*kustomization.resources, *kustomization.components)
        }
        return [folder for folder in self._kustomizations if folder not in listed]

    def _apply(self, root: str) -> None:
        pending = [(root, UNTOUCHED, frozenset[str]())]
        while pending:
            folder, outer, above = pending.pop()
            kustomization = self._kustomizations[folder]
            overlay = outer.around(self._own(folder))
            # What was applied here already, or too often, need not go down again: diamonds stay cheap.
            added = [self._add(posixpath.join(folder, name), overlay) for name in FILE_NAMES]
            if not any(added):
                continue
            for patch in kustomization.patches:
                self._add(_join(folder, patch.path), overlay)
            inner = self._around_components(folder, overlay)
            listed = [(path, inner) for path in kustomization.resources]
            listed += [(path, overlay) for path in kustomization.components]
            for relative, applied in listed:
                path = _join(folder, relative)
                if path in self._kustomizations and path not in above:
                    pending.append((path, applied, above | {folder}))
                self._add(path, applied)

    def _own_overlay(self, folder: str) -> Overlay:
        """What one kustomization does by itself."""
        kustomization = self._kustomizations[folder]
        patches = (*kustomization.image_patches, *self._image_patches(folder))
        return Overlay(
            kustomization.namespace,
            kustomization.name_prefix,
            kustomization.name_suffix,
            (self._rewrites(kustomization.images),) if kustomization.images else (),
            (self._patches(patches),) if patches else (),
            kustomization.changes_pull_secrets or self._patches_credentials(folder),
        )

    def _around_components(self, folder: str, overlay: Overlay) -> Overlay:
        """`overlay` with what the components do to the resources beside them, before it is their turn."""
        paths = [_join(folder, path) for path in self._kustomizations[folder].components]
        for path in reversed(paths):
            if path in self._kustomizations:
                overlay = overlay.around(self._own(path))
        return overlay

    def _image_patches(self, folder: str) -> Iterator[ImagePatch]:
        for patch in self._kustomizations[folder].patches:
            facts = self._files.get(_join(folder, patch.path))
            for pod in facts.pods if facts else ():
                yield file_patch(pod, patch.target)

    def _add(self, path: str, overlay: Overlay) -> bool:
        if path not in self._files:
            return False
        found = self._of.setdefault(path, [])
        if overlay in found or len(found) > _MAX_OVERLAYS:
            return False
        found.append(overlay)
        return True

    def _patches_credentials(self, folder: str) -> bool:
        for patch in self._kustomizations[folder].patches:
            facts = self._files.get(_join(folder, patch.path))
            if facts is None or not facts.objects:
                return True  # a JSON patch, or one outside the input: it may add anything
            if any(pod.pull_secrets or pod.service_account for pod in facts.pods):
                return True
            if any(account.pull_secrets for account in facts.service_accounts):
                return True
        return False


def _common(overlays: Sequence[Overlay]) -> Overlay:
    """What all of many overlays do to images; their namespaces and secrets differ, and are not known."""
    first, *others = overlays
    patches = [{patch for layer in other.image_patches for patch in layer.patches} for other in others]
    common = (
        patch for layer in first.image_patches for patch in layer.patches if all(patch in other for other in patches)
    )
    return Overlay(
        images=first.images if all(other.images == first.images for other in others) else (),
        image_patches=(ImagePatches(tuple(common)),),
        changes_pull_secrets=True,
    )


def _join(folder: str, relative: str) -> str:
    joined = posixpath.normpath(posixpath.join(folder, relative))
    return "" if joined == "." else joined
