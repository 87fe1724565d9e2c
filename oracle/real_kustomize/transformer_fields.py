"""Random `transformers`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from real_kustomize.image_fields import image_entry
from real_kustomize.objects import NAMESPACES
from real_kustomize.patch_fields import json_patch_entry, merge, patch_entry
from real_kustomize.replacement_fields import replacement
from real_kustomize.yaml_text import Writer

if TYPE_CHECKING:
    from collections.abc import Callable

    from real_kustomize.context import Context


def transformers(context: Context) -> list[Any]:
    """`transformers`, inline or as files."""
    random = context.random
    made = [transformer(context) for _ in range(random.choice((1, 1, 2)))]
    texts = [Writer(random).document(one) for one in made]
    if random.random() < 0.3:
        return texts
    return [context.file("transformer", "---\n".join(texts))]


def transformer(context: Context) -> dict[str, Any]:
    """The object of a built-in transformer."""
    random = context.random
    kind, body = random.choice(_FIXED) if random.random() < 0.5 else _random_transformer(context)
    metadata = {"name": f"t{random.randrange(99)}", **body.get("metadata", {})}
    return {"apiVersion": "builtin", "kind": kind, **body, "metadata": metadata}


def _random_transformer(context: Context) -> tuple[str, dict[str, Any]]:
    makers: tuple[tuple[str, Callable[[], dict[str, Any]]], ...] = (
        ("NamespaceTransformer", lambda: {"metadata": {"name": "n", "namespace": context.random.choice(NAMESPACES)}}),
        ("ImageTagTransformer", lambda: {"imageTag": image_entry(context)}),
        ("ImageTagTransformer", lambda: {"imageTag": image_entry(context), "fieldSpecs": [{"path": "spec/image"}]}),
        ("PatchTransformer", lambda: patch_entry(context)),
        ("PatchJson6902Transformer", lambda: _json_patch(context)),
        ("PatchStrategicMergeTransformer", lambda: {"paths": [merge(context)]}),
        ("ReplacementTransformer", lambda: {"replacements": [replacement(context)]}),
    )
    kind, make = context.random.choice(makers)
    return kind, make()


def _json_patch(context: Context) -> dict[str, Any]:
    entry = json_patch_entry(context)
    if "patch" in entry and context.random.random() < 0.9:
        entry["jsonOp"] = entry.pop("patch")
    return entry


_NAME: list[dict[str, Any]] = [{"path": "metadata/name"}]
_NAMESPACE: list[dict[str, Any]] = [{"path": "metadata/namespace", "create": True}]
_LABELS: list[dict[str, Any]] = [{"path": "metadata/labels", "create": True}]
_ANNOTATIONS: list[dict[str, Any]] = [{"path": "metadata/annotations", "create": True}]
_REPLICAS: list[dict[str, Any]] = [{"path": "spec/replicas", "kind": "Deployment"}]
_FIXED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("NamespaceTransformer", {"metadata": {"namespace": "late"}, "unsetOnly": True, "fieldSpecs": _NAMESPACE}),
    ("NamespaceTransformer", {"metadata": {"namespace": "late"}, "setRoleBindingSubjects": "allServiceAccounts"}),
    ("PrefixSuffixTransformer", {"prefix": "t-", "suffix": "-t", "fieldSpecs": _NAME}),
    ("PrefixTransformer", {"prefix": "p-", "fieldSpecs": _NAME}),
    ("SuffixTransformer", {"suffix": "-s", "fieldSpecs": [{"path": "metadata/name", "kind": "Deployment"}]}),
    ("LabelTransformer", {"labels": {"late": "yes"}, "fieldSpecs": _LABELS}),
    ("AnnotationsTransformer", {"annotations": {"late": "x"}, "fieldSpecs": _ANNOTATIONS}),
    ("ReplicaCountTransformer", {"replica": {"name": "web", "count": 2}, "fieldSpecs": _REPLICAS}),
)
