"""Random `patches`, `patchesStrategicMerge` and `patchesJson6902`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from real_kustomize.json_patches import json_patch
from real_kustomize.objects import NAMES
from real_kustomize.strategic_patches import strategic_patch
from real_kustomize.targets import target
from real_kustomize.yaml_text import Writer

if TYPE_CHECKING:
    from real_kustomize.context import Context
    from real_kustomize.objects import Known


def patch_list(context: Context) -> list[Any]:
    """`patches`."""
    return [patch_entry(context) for _ in range(context.random.choice((1, 1, 1, 2, 3)))]


def patch_entry(context: Context) -> dict[str, Any]:
    """An entry of `patches`."""
    random = context.random
    known = context.some()
    is_json = random.random() < 0.4
    patch: Any = json_patch(context, known) if is_json else strategic_patch(context, known)
    text = _written(context, patch)
    if not is_json and random.random() < 0.08:
        text += "\n---\n" + _written(context, strategic_patch(context, context.some()))
    entry: dict[str, Any] = {}
    if random.random() < 0.6:
        entry["patch"] = text
    else:
        entry["path"] = context.file("patch", text)
    if is_json or random.random() < 0.25:
        entry["target"] = target(context, known)
        if random.random() < 0.01:
            del entry["target"]
    if random.random() < 0.06:
        option = random.choice(("allowNameChange", "allowKindChange"))
        entry["options"] = {option: random.choice((True, True, False))}
    if entry.get("target") and not is_json and random.random() < 0.3:
        entry = _renaming(context, entry, known)
    return entry


def _renaming(context: Context, entry: dict[str, Any], known: Known) -> dict[str, Any]:
    """The entry with a patch that has another name or kind than its target."""
    patch = strategic_patch(context, known)
    patch["metadata"]["name"] = context.random.choice((*NAMES, "ignored"))
    if context.random.random() < 0.3:
        patch["kind"] = context.random.choice(("Deployment", "StatefulSet", "DaemonSet", "Ignored"))
    entry.pop("path", None)
    return {**entry, "patch": _written(context, patch)}


def merges(context: Context) -> list[Any]:
    """`patchesStrategicMerge`."""
    return [merge(context) for _ in range(context.random.choice((1, 1, 2)))]


def merge(context: Context) -> str:
    """An entry of `patchesStrategicMerge`."""
    known = context.some()
    text = _written(context, strategic_patch(context, known)) + "\n"
    return text if context.random.random() < 0.4 else context.file("merge", text)


def json_patches(context: Context) -> list[Any]:
    """`patchesJson6902`."""
    return [json_patch_entry(context) for _ in range(context.random.choice((1, 1, 2)))]


def json_patch_entry(context: Context) -> dict[str, Any]:
    """An entry of `patchesJson6902`."""
    known = context.some()
    text = _written(context, json_patch(context, known))
    group, _, version = known.api_version.rpartition("/")
    target = {"group": group, "version": version, "kind": known.kind, "name": known.names[-1]}
    target = {key: value for key, value in target.items() if value}
    if known.namespace and context.random.random() < 0.5:
        target["namespace"] = known.namespace
    where = {"patch": text} if context.random.random() < 0.5 else {"path": context.file("json", text)}
    return {"target": target, **where}


def _written(context: Context, patch: Any) -> str:  # noqa: ANN401 - an object or a list of operations
    """The text of a patch, as YAML or as JSON."""
    if context.random.random() < 0.15:
        return json.dumps(patch, ensure_ascii=False, indent=context.random.choice((None, 2)))
    return Writer(context.random).document(patch).removesuffix("\n")
