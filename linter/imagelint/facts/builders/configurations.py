"""Images that the YAML configuration of a build tool builds.

Sources: the Compose specification (`services.*.build`); DevSpace `v2beta1` (`images`, also of profiles); Garden 0.13
(actions of kind Build, modules of type container); ko's `.ko.yaml`; `build` of Okteto; `functions` of OpenFaaS's
`stack.yml`, and `func.yaml` of Knative Functions.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from imagelint.facts.builders.commands import named
from imagelint.facts.builders.script_variables import NOTHING
from imagelint.facts.builders.tools import (
    COMPOSE,
    DEVSPACE,
    FUNCTION,
    GARDEN,
    IMPORT_PATHS,
    KO,
    OKTETO,
    Artifact,
)
from imagelint.kubelet.reference import image_parts
from imagelint.text.nodes import Mapping, as_text, items, mapping, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from imagelint.facts.builders.tools import Builder
    from imagelint.text.nodes import Node
    from imagelint.text.places import Text

_VARIABLE = re.compile(r"\$\{([A-Za-z_]\w*)\}", re.ASCII)


def _compose(root: Mapping, path: str) -> Iterator[Artifact]:
    """`image` of a service with `build`, or the name that Compose gives what it builds."""
    project = text(root, "name")
    folder = project.value if project else _project(posixpath.basename(posixpath.dirname(posixpath.abspath(path))))
    services = mapping(root, "services")
    for key, service in services.pairs() if services else ():
        if isinstance(service, Mapping) and service.get("build") is not None:
            image, tags = text(service, "image"), items(mapping(service, "build"), "tags")
            built = [tag.value for node in tags if (tag := as_text(node)) is not None]
            built += [image.value] if image else [f"{folder}{mark}{key.value}" for mark in "-_"]
            for one in built:
                yield from named(one, NOTHING, COMPOSE)


def _project(folder: str) -> str:
    """The name that Compose gives a project by its folder."""
    return re.sub(r"[^a-z0-9_-]", "", folder.lower()).lstrip("_-")


def _devspace(root: Mapping, _path: str) -> Iterator[Artifact]:
    variables = _variables(root)
    profiles = items(root, "profiles")
    parents = (root, *(mapping(profile, key) for profile in profiles for key in ("merge", "replace")))
    listed = [images for parent in parents if (images := mapping(parent, "images")) is not None]
    for _, entry in (pair for images in listed for pair in images.pairs()):
        image = text(entry, "image")
        build = mapping(entry, "build")
        tools = (entry, *(mapping(parent, tool) for parent in (entry, build) for tool in ("docker", "buildKit")))
        skips = any(skip.value == "true" for tool in tools if (skip := text(tool, "skipPush")) is not None)
        if image is not None:
            name = _VARIABLE.sub(lambda found: variables.get(found[1], found[0]), image.value)
            yield Artifact(image_parts(name).name, DEVSPACE._replace(is_local=skips))


def _variables(root: Mapping) -> dict[str, str]:
    """The variables of DevSpace with a value or a default: a mapping, or a list of mappings with a name."""
    entries = mapping(root, "vars")
    found = {key.value: text(entries, key.value) or _given(value) for key, value in entries.pairs()} if entries else {}
    found |= {name.value: _given(item) for item in items(root, "vars") if (name := text(item, "name")) is not None}
    return {name: value.value for name, value in found.items() if value is not None}


def _given(variable: Node) -> Text | None:
    return text(variable, "value") or text(variable, "default")


def _garden(root: Mapping, _path: str) -> Iterator[Artifact]:
    """The name of a build, the image that it is published as, and the texts by which manifests refer to it."""
    kind, type_, name = text(root, "kind"), text(root, "type"), text(root, "name")
    if kind is None or name is None or kind.value not in {"Build", "Module"}:
        return
    if kind.value == "Module" and (type_ is None or type_.value not in {"container", "jib-container"}):
        return
    spec = mapping(root, "spec")
    published = (text(root, "image"), text(spec, "publishId"), text(spec, "localId"))
    names = (name.value, *(image_parts(image.value).name for image in published if image))
    references = (f"${{actions.build.{name.value}.*}}", f"${{modules.{name.value}.*}}")
    yield from (Artifact(found, GARDEN) for found in (*names, *references))


def _ko(_root: Mapping, _path: str) -> Iterator[Artifact]:
    yield from (Artifact(path, KO) for path in IMPORT_PATHS)


def _okteto(root: Mapping, _path: str) -> Iterator[Artifact]:
    """The images of its builds; those without a name go to the registry of Okteto."""
    yield from _images_of(mapping(root, "build"), OKTETO)


def _stack(root: Mapping, _path: str) -> Iterator[Artifact]:
    yield from _images_of(mapping(root, "functions"), FUNCTION)


def _function(root: Mapping, _path: str) -> Iterator[Artifact]:
    image = text(root, "image")
    if image is not None and root.get("specVersion") is not None:
        yield from named(image.value, NOTHING, FUNCTION)


def _images_of(entries: Mapping | None, builder: Builder) -> Iterator[Artifact]:
    for _, entry in entries.pairs() if entries is not None else ():
        image = text(entry, "image")
        if image is not None:
            yield from named(image.value, NOTHING, builder)


READERS: dict[str, Callable[[Mapping, str], Iterator[Artifact]]] = {
    "compose": _compose,
    "devspace": _devspace,
    "garden": _garden,
    ".ko": _ko,
    "okteto": _okteto,
    "stack": _stack,
    "func": _function,
}
