"""The random fields of a kustomization file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from real_kustomize.generator_fields import config_maps, generator_options, generators, secrets
from real_kustomize.image_fields import images
from real_kustomize.naming_fields import (
    common_annotations,
    common_labels,
    configurations,
    label_list,
    namespace,
    prefix,
    replicas,
    suffix,
)
from real_kustomize.patch_fields import json_patches, merges, patch_list
from real_kustomize.replacement_fields import add_vars, replacements
from real_kustomize.schema_fields import crds, openapi
from real_kustomize.transformer_fields import transformers

if TYPE_CHECKING:
    from collections.abc import Callable

    from real_kustomize.context import Context


def add_fields(context: Context, fields: dict[str, Any]) -> None:
    """Add a random choice of fields to those that refer to others."""
    eager = context.random.choice((0.4, 1, 1, 1.6))
    for name, share, make in _FIELDS:
        if context.random.random() < share * eager:
            fields[name] = make(context)
    if context.random.random() < 0.03 * eager:
        add_vars(context, fields)
    # Behind other objects, it depends on what kustomize did with them whether it still knows the types of Kubernetes.
    if context.is_last and context.random.random() < 0.05 * eager:
        fields["openapi"] = openapi(context)


# Of a name as kustomize has it, how often it is there, and what makes its value.
_FIELDS: tuple[tuple[str, float, Callable[[Context], Any]], ...] = (
    ("generatorOptions", 0.05, generator_options),
    ("configMapGenerator", 0.12, config_maps),
    ("secretGenerator", 0.15, secrets),
    ("generators", 0.03, generators),
    ("patchesStrategicMerge", 0.07, merges),
    ("patches", 0.45, patch_list),
    ("namespace", 0.25, namespace),
    ("namePrefix", 0.15, prefix),
    ("nameSuffix", 0.1, suffix),
    ("labels", 0.1, label_list),
    ("commonLabels", 0.07, common_labels),
    ("commonAnnotations", 0.05, common_annotations),
    ("patchesJson6902", 0.06, json_patches),
    ("replicas", 0.05, replicas),
    ("images", 0.4, images),
    ("replacements", 0.13, replacements),
    ("configurations", 0.04, configurations),
    ("transformers", 0.1, transformers),
    ("crds", 0.03, crds),
)
