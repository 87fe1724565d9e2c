"""What a kustomization says of the files that it lists."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from imagelint.facts.image_patches import inline_patch
from imagelint.facts.model import ImageOverride, Kustomization, NamespacedName, PatchFile, SecretDefinition, Target
from imagelint.facts.objects import namespace_name
from imagelint.kubelet.docker_config import DOCKER_KEYS, DockerConfig, Verdict
from imagelint.text.nodes import Mapping, Node, Scalar, as_text, items, mapping, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.facts.model import Resource
    from imagelint.text.places import Span, Text

FILE_NAMES = frozenset({"kustomization.yaml", "kustomization.yml", "Kustomization"})
# The type of one that does not name it.
KUSTOMIZATION = ("kustomize.config.k8s.io/v1beta1", "Kustomization")
_REGULAR = frozenset("()[]{}+?\\^$|")
# Fields by which a patch changes what a pod pulls with.
_CREDENTIAL_FIELDS = ("imagePullSecrets", "serviceAccount")


def is_kustomization(path: str) -> bool:
    """Whether kustomize reads the file: only its name decides, `kind` may be left out."""
    return path.rpartition("/")[2] in FILE_NAMES


def kustomization_of(node: Mapping, resource: Resource) -> Kustomization:
    """The parts of a kustomization that change images, namespaces or secrets (kustomize v5 field names)."""
    patches = list(_patches(node))
    files = [PatchFile(patch, target) for patch, target in patches if _is_path(patch)]
    inline = [(patch, target) for patch, target in patches if not _is_path(patch)]
    return Kustomization(
        namespace=namespace_name(text(node, "namespace")),
        name_prefix=_value(node, "namePrefix"),
        name_suffix=_value(node, "nameSuffix"),
        resources=tuple(_strings(node, "resources", "bases")),
        components=tuple(_strings(node, "components")),
        patches=tuple(files),
        image_patches=tuple(filter(None, (inline_patch(patch, target) for patch, target in inline))),
        images=tuple(_image_overrides(node)),
        secrets=tuple(_generated_secrets(node, resource)),
        changes_pull_secrets=any(field in patch for patch, _ in inline for field in _CREDENTIAL_FIELDS)
        or bool(items(node, "replacements") or items(node, "transformers")),
    )


def _value(node: Mapping, key: str) -> str:
    found = text(node, key)
    return found.value if found else ""


def _strings(node: Node, *keys: str) -> Iterator[str]:
    for key in keys:
        yield from (item.value for item in items(node, key) if isinstance(item, Scalar))


def _patches(node: Mapping) -> Iterator[tuple[str, Target | None]]:
    """Patches as texts (a path, or the patch itself), with what they say of the objects that they are for."""
    for key in ("patchesStrategicMerge", "patches", "patchesJson6902"):
        for item in items(node, key):
            target = mapping(item, "target")
            kind, name = text(target, "kind"), text(target, "name")
            selected = Target(_glob(kind), _glob(name)) if target else None
            yield from ((patch.value, selected) for patch in _texts(item))


def _glob(pattern: Text | None) -> str | None:
    """A regular expression as a glob; None, which is anything, for one that is more than text and `.*`."""
    glob = pattern.value.removeprefix("^").removesuffix("$").replace(".*", "*") if pattern else None
    return None if glob is None or _REGULAR.intersection(glob) else glob


def _texts(item: Node) -> Iterator[Text]:
    yield from filter(None, (as_text(item), text(item, "path"), text(item, "patch")))


def _is_path(patch: str) -> bool:
    return "\n" not in patch and patch.endswith((".yaml", ".yml", ".json"))


def _image_overrides(node: Mapping) -> Iterator[ImageOverride]:
    for item in items(node, "images"):
        name = text(item, "name")
        if name is not None:
            fields = (text(item, key) for key in ("newName", "newTag", "digest"))
            yield ImageOverride(name.value, *(field.value if field else None for field in fields))


def _generated_secrets(node: Mapping, resource: Resource) -> Iterator[SecretDefinition]:
    """References to a generated name are rewritten with its hash, so the plain name is what must match."""
    own = text(node, "namespace")
    # `configurations` may teach kustomize about references in other kinds.
    is_plain = _is_true(mapping(node, "generatorOptions")) or bool(items(node, "configurations"))
    for item in items(node, "secretGenerator"):
        name, namespace = text(item, "name"), text(item, "namespace") or own
        if name is not None:
            identity = NamespacedName(namespace.value if namespace else None, name.value)
            is_hashed = not is_plain and not _is_true(mapping(item, "options"))
            type_ = text(item, "type")
            written = type_.value if type_ else "Opaque"
            config = _generated_config(item, written)
            yield SecretDefinition(identity, resource, name.span, written, config, name.span, is_hashed=is_hashed)


def _generated_config(item: Node, type_: str) -> DockerConfig | None:
    """Refused if the generator does not make the key that the type needs; what is in it is not read."""
    needed = DOCKER_KEYS.get(type_)
    behavior = text(item, "behavior")
    is_merged = behavior is not None and behavior.value == "merge"
    if needed is None or is_merged or any(text(item, key) or items(item, key) for key in ("env", "envs")):
        return None
    files = (path.partition("=")[0] if "=" in path else posixpath.basename(path) for path in _strings(item, "files"))
    literals = (literal.partition("=")[0] for literal in _strings(item, "literals"))
    if needed in {*files, *literals}:
        return None
    return DockerConfig(Verdict.INVALID, f"its data has no key `{needed}`, which its type requires")


def hidden_literals(node: Mapping) -> Iterator[Span]:
    """The places of `literals` of generated Secrets, which no output may show."""
    for item in items(node, "secretGenerator"):
        yield from (literal.span for literal in items(item, "literals"))


def _is_true(options: Mapping | None) -> bool:
    disabled = text(options, "disableNameSuffixHash")
    return disabled is not None and disabled.value == "true"
