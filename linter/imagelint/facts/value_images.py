"""Images in the values of charts: mappings with `repository`, `registry`, `tag` and `digest`, and whole references.

What a chart does with a value is not known here, so that only keys that leave no doubt count: a mapping is an image by
its name or by what is beside `repository`, and a text by its key and its form.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imagelint.facts.model import Container, ContainerType
from imagelint.facts.value_fields import ValueFields, key_of_switch, keys_of_tests
from imagelint.kubelet.placeholders import find_placeholder
from imagelint.kubelet.reference import has_version
from imagelint.text.go_numbers import printed
from imagelint.text.nodes import Mapping, Scalar, Sequence, as_text, mapping, written
from imagelint.text.places import Text
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Mapping as Values

    from imagelint.text.nodes import Node, Path
    from imagelint.text.places import Span

# Keys in lower case, without dashes and underscores.
_TAGS = ("tag", "imagetag")
_VERSIONS = (*_TAGS, "version", "imageversion")
_DIGESTS = ("digest", "sha", "imagedigest")
_REGISTRIES = ("registry", "imageregistry")
_POLICIES = ("imagepullpolicy", "pullpolicy")
# Beside `repository` they show that it is one of images.
_EVIDENCE = frozenset({*_TAGS, *_DIGESTS, *_REGISTRIES, *_POLICIES})
# Beside `repository` they show that it is one of charts or of code.
_OTHER = frozenset({"chart", "branch", "revision", "targetrevision", "ref", "commit", "repourl", "url", "sshkey"})
# Beside `image` they show that the mapping is a container, which charts copy as it is.
_OF_CONTAINERS = frozenset({"command", "args", "env", "envfrom", "imagepullpolicy", "volumemounts", "securitycontext"})
_NAMES = ("repository", "image", "name", "repo")
_IMAGE_KEY = r".*image(?:s|name|ref|reference|url|repository|repo)?"
_FILE_NAME = r".*\.(?:png|jpe?g|svg|gif|webp|ico|iso|img|qcow2|raw|xz|gz|zip|tar|html?|php|css|js|ya?ml)"
_LONGEST = 512
# Registries that have no image without an account.
_WITH_ACCOUNTS = frozenset({"quay.io", "ghcr.io"})

Scalars = dict[str, tuple[str, Scalar]]


class _Fields(NamedTuple):
    """The scalars that an image is put together from."""

    name: Scalar
    registry: Scalar | None = None
    tag: Scalar | None = None
    digest: Scalar | None = None
    policy: Scalar | None = None

    @property
    def is_alone(self) -> bool:
        return self.registry is self.tag is self.digest is None


class _Place(NamedTuple):
    """A node of the values, and what is around it."""

    node: Node
    # The node at the same key path of the values below.
    below: Node | None = None
    path: Path = ()
    # The nearest key, as `_plain` writes it.
    key: str = ""
    # `imageRegistry` of a mapping around this one.
    registry: Scalar | None = None
    # As in `ValueFields`.
    switch: str | None = None
    tests: str | None = None


def images_in(values: Mapping, *, below: Mapping | None = None) -> Iterator[Container]:
    """The images that values name, and tags alone that YAML does not read as text; each with its key path.

    `below` are the values that these are set on top of: what a mapping leaves out is there.
    """
    everywhere = mapping(values, "global") or mapping(below, "global")
    first = _text(_scalars(everywhere), "imageregistry") if everywhere is not None else None
    pending = [_Place(values, below)]
    while pending:
        place = pending.pop()
        if isinstance(place.node, Mapping):
            node, own = place.node, _scalars(place.node)
            # `global` has defaults for others.
            is_of_others = place.switch is not None or place.key == "global"
            if not is_of_others and (switch := key_of_switch(own, place.path)) is not None:
                place = place._replace(switch=switch)
            # The settings of a catalog of OLM, which looks at the tag again and again.
            is_polled = mapping(mapping(node, "updateStrategy"), "registryPoll") is not None
            for one in _of_mapping(node, own, place, first):
                value = one.value
                if value is not None and (place.switch or place.tests):
                    value = value._replace(switch=place.switch, tests=place.tests)
                yield one._replace(is_polled=is_polled, value=value)
            pending.extend(reversed([*_values(node, own, place)]))
        elif isinstance(place.node, Sequence):
            numbered = [*enumerate(place.node.items)]
            pending.extend(place._replace(node=item, below=None, path=(*place.path, n)) for n, item in numbered[::-1])
        elif place.key == "images" and _is_whole(place.node.value, is_sure=False):
            yield _whole(place.node, place.path)


def _values(node: Mapping, own: Scalars, around: _Place) -> Iterator[_Place]:
    registry = _text(own, "imageregistry") or around.registry
    tests = keys_of_tests(_plain(key.value) for key, _ in node.pairs())
    for key, value in node.pairs():
        below = around.below.get(key.value) if isinstance(around.below, Mapping) else None
        if not isinstance(value, Scalar):
            path, plain = (*around.path, key.value), _plain(key.value)
            of_tests = around.tests or (written(path) if plain in tests else None)
            yield _Place(value, below, path, plain, registry, around.switch, of_tests)


def _of_mapping(node: Mapping, own: Scalars, place: _Place, everywhere: Scalar | None) -> Iterator[Container]:
    """The images that a mapping is or has."""
    read = set[int]()
    below = _scalars(place.below) if isinstance(place.below, Mapping) else {}
    found = [(place.path, fields)] if (fields := _block(own, below, place.key)) is not None else []
    found += [((*place.path, name), fields) for name, fields in _siblings(own)]
    is_container = any(_plain(key.value) in _OF_CONTAINERS for key, _ in node.pairs())
    for path, fields in found:
        if id(fields.name) in read:
            continue
        if not fields.is_alone or path == place.path:
            read.update(map(id, fields))
            registry = _registry(fields, own, place, everywhere)
            if not _is_account(fields.name, registry):
                yield _joined(fields, path, registry, is_own=_has(own, fields.name))
        elif _is_whole(fields.name.value, is_sure=_is_sure(path), is_copied=is_container):
            yield _whole(fields.name, path)
    if place.key == "images":
        texts = ((name, scalar) for name, scalar in own.values() if id(scalar) not in read)
        yield from (_whole(one, (*place.path, name)) for name, one in texts if _is_whole(one.value, is_sure=False))
    for key, (name, scalar) in own.items():
        if (key == "tag" or key.endswith("imagetag")) and id(scalar) not in read and _printed(scalar) is not None:
            yield _tag(scalar, (*place.path, name))


def _block(own: Scalars, below: Scalars, key: str) -> _Fields | None:
    """The mapping itself as an image: `image: {registry: …, repository: …, tag: …}`."""
    is_image = _is_image_key(key)
    both = {**below, **own}
    name = _text(both, *(_NAMES if is_image else _NAMES[:1]))
    versions = _VERSIONS if is_image or not _EVIDENCE.isdisjoint(both) else _TAGS
    if name is None or not _is_name(name.value) or not _OTHER.isdisjoint(both) or _is_organisation(name, both):
        return None
    fields = _Fields(name, _text(both, *_REGISTRIES), _text(both, *versions), _text(both, *_DIGESTS))
    is_set = any(scalar is not None and _has(own, scalar) for scalar in fields)
    is_meant = not _EVIDENCE.isdisjoint(both) or (is_image and ("repository" in both or not fields.is_alone))
    return fields._replace(policy=_text(both, *_POLICIES)) if is_set and is_meant else None


def _is_organisation(name: Scalar, fields: Scalars) -> bool:
    """Whether `repo` is what a chart puts before the names of its images: `robotshop`, `quay.io/acme`."""
    if "repo" not in fields or fields["repo"][1] is not name or _text(fields, *_REGISTRIES) is not None:
        return False
    if name.value.count("/") > _has_host(name.value):
        return False
    from imagelint.world.knowledge.base import builtin

    return name.value not in builtin().official_images


def _siblings(own: Scalars) -> Iterator[tuple[str, _Fields]]:
    """Texts that name images, with what is beside them: `image`, `imageTag`; `sidecarImage`, `sidecarImageTag`."""
    for key, (name, scalar) in own.items():
        if not _is_image_key(key) or scalar.is_null or not scalar.value:
            continue
        stem = key[: key.rindex("image") + len("image")]
        tags = (f"{stem}tag", f"{stem}version", *(("tag",) if stem == "image" else ()))
        registries = (f"{stem}registry", *(("registry",) if stem == "image" else ()))
        fields = _Fields(scalar, _text(own, *registries), _text(own, *tags), _text(own, f"{stem}digest"))
        if _is_name(scalar.value):
            yield name, fields._replace(policy=_text(own, f"{stem}pullpolicy"))


def _is_account(name: Scalar, registry: Scalar | None) -> bool:
    """Whether a name is that of an account, to which a chart adds the names of images."""
    return registry is not None and registry.value.rstrip("/") in _WITH_ACCOUNTS and "/" not in name.value.strip("/")


def _registry(fields: _Fields, own: Scalars, place: _Place, everywhere: Scalar | None) -> Scalar | None:
    """The registry that charts put before a name: `global.imageRegistry` before their own."""
    has_host = _has_host(fields.name.value)
    if everywhere is not None and (not has_host or any(key in own for key in _REGISTRIES)):
        return everywhere
    return fields.registry or (None if has_host else place.registry)


def _joined(fields: _Fields, path: Path, registry: Scalar | None, *, is_own: bool) -> Container:
    tag, digest = as_text(fields.tag), as_text(fields.digest)
    if tag is not None and digest is None and tag.value.startswith("sha256:"):
        tag, digest = None, tag
    value = ValueFields(written(path), as_text(registry), as_text(fields.name), tag, digest, _printed(fields.tag))
    first = fields.name if is_own else fields.tag or fields.digest or fields.registry or fields.name
    return value_container(value, first.span, as_text(fields.policy))


def _whole(scalar: Scalar, path: Path) -> Container:
    return value_container(ValueFields(written(path), name=as_text(scalar)), scalar.span)


def _tag(scalar: Scalar, path: Path) -> Container:
    """A tag alone, whose image the chart has."""
    return value_container(ValueFields(written(path), tag=as_text(scalar), printed_tag=_printed(scalar)), scalar.span)


def value_container(value: ValueFields, span: Span, policy: Text | None = None) -> Container:
    """What values say of an image, as a container; `span` is where reports show it."""
    image = Text(value.image, span) if value.image is not None else None
    return Container(ContainerType.VALUE, None, image, policy, span, tag_elsewhere=not value.has_version, value=value)


def _printed(tag: Scalar | None) -> str | None:
    """What a template makes of a tag, where that is another text."""
    made = printed(tag) if tag is not None else None
    return made if tag is not None and made != tag.value else None


def other_scalars(values: Mapping, images: Iterable[Container]) -> Iterator[Span]:
    """The places of all values but those that make the images: passwords are among them."""
    shown = {text.span for image in images if image.value for text in image.value[1:5] if isinstance(text, Text)}
    pending: list[Node] = [values]
    while pending:
        node = pending.pop()
        if isinstance(node, Mapping):
            pending += (value for _, value in node.pairs())
        elif isinstance(node, Sequence):
            pending += node.items
        elif node.span not in shown:
            yield node.span


def _is_image_key(key: str) -> bool:
    return "image" in key and key != "images" and re.fullmatch(_IMAGE_KEY, key) is not None


def _is_sure(path: Path) -> bool:
    """Whether a key says that its text is an image, even without a tag."""
    return _plain(str(path[-1])) == "image" or _plain(str(path[-1])).endswith("imagerepository")


def _is_whole(value: str, *, is_sure: bool, is_copied: bool = False) -> bool:
    """Whether a text is an image by its form; with `is_sure` its key is `image`, with `is_copied` of a container."""
    if not _is_name(value) or value.startswith(("/", ".", "~")) or value in {"true", "false", "auto"}:
        return False
    if has_version(value):
        return "/" in value or is_sure
    if re.fullmatch(_FILE_NAME, value.lower()):
        return False
    return (_has_host(value) and is_sure) or (is_sure and is_copied)


def _is_name(value: str) -> bool:
    """Whether a text may be the name of an image, however it is written."""
    if not value or len(value) > _LONGEST or "://" in value or value.startswith("git@") or value.endswith(".git"):
        return False
    return not re.search(r"\s", value) or find_placeholder(value) is not None


def _has_host(name: str) -> bool:
    first, slash, _ = name.partition("/")
    return bool(slash) and ("." in first or ":" in first or first == "localhost")


def _scalars(node: Mapping) -> Scalars:
    """The scalars of a mapping by their keys as `_plain` writes them, with the keys as they are."""
    return {_plain(key.value): (key.value, value) for key, value in node.pairs() if isinstance(value, Scalar)}


def _plain(key: str) -> str:
    return key.lower().replace("-", "").replace("_", "")


def _text(scalars: Values[str, tuple[str, Scalar]], *keys: str) -> Scalar | None:
    """The first scalar under some keys that is not empty."""
    found = (scalars[key][1] for key in keys if key in scalars)
    return next((scalar for scalar in found if scalar.value and not scalar.is_null), None)


def _has(scalars: Scalars, scalar: Scalar) -> bool:
    return any(value is scalar for _, value in scalars.values())
