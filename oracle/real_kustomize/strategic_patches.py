"""Random strategic merge patches of known objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformity.json_values import is_array
from real_kustomize.objects import ACCOUNTS, CONTAINERS, IMAGES, NAMES, SECRETS

if TYPE_CHECKING:
    from collections.abc import Callable

    from real_kustomize.context import Context
    from real_kustomize.objects import Known


def strategic_patch(context: Context, known: Known) -> dict[str, Any]:
    """A strategic merge patch of an object."""
    random = context.random
    name = known.names[-1] if random.random() < 0.8 else random.choice(known.names)
    metadata: dict[str, Any] = {"name": name if random.random() < 0.985 else random.choice(NAMES)}
    if known.namespace and random.random() < 0.9:
        metadata["namespace"] = known.namespace
    root: dict[str, Any] = {"apiVersion": known.api_version, "kind": known.kind, "metadata": metadata}
    if random.random() < 0.06:
        return {**root, "$patch": "delete"}
    if random.random() < 0.1:
        metadata[random.choice(("labels", "annotations"))] = {"app": "patched", "note": None}
    if known.template is not None:
        parent = root
        for key in known.pod_spec[:-1]:
            parent = parent.setdefault(key, {})
        parent["spec"] = {**parent.get("spec", {}), **_pod_spec(context, known)}
    elif known.kind == "ServiceAccount":
        root["imagePullSecrets"] = _secrets(context)
    elif known.kind == "ConfigMap":
        root["data"] = {"image": "patched:1", "tag": None}
    return root


def _pod_spec(context: Context, known: Known) -> dict[str, Any]:
    spec: dict[str, Any] = {}
    for change in context.random.choices(_SPEC_CHANGES, _SPEC_WEIGHTS, k=context.random.choice((1, 1, 2, 3))):
        change(context, known, spec)
    return spec


def _secrets(context: Context) -> list[Any]:
    random = context.random
    entries: list[Any] = [{"name": name} for name in random.sample(SECRETS, random.choice((0, 1, 1, 2)))]
    if random.random() < 0.1:
        entries.insert(0, {"$patch": "replace"})
    if random.random() < 0.1:
        entries.append({"$patch": "delete", "name": random.choice(SECRETS)})
    return entries


def _set_image(context: Context, known: Known, spec: dict[str, Any]) -> None:
    random = context.random
    key, name, _ = random.choice(known.containers) if known.containers else ("containers", "main", "")
    if random.random() < 0.1:
        name = random.choice(CONTAINERS)
    container = {"name": name, "image": random.choice(IMAGES)}
    if random.random() < 0.1:
        container = {"image": container["image"], "name": name}
    _list(spec, key).append(container)


def _add_container(context: Context, _: Known, spec: dict[str, Any]) -> None:
    added = context.objects.container(context.random.choice((*CONTAINERS, "added")))
    _list(spec, context.random.choice(("containers", "containers", "initContainers"))).append(added)


def _delete_container(context: Context, known: Known, spec: dict[str, Any]) -> None:
    key, name, _ = context.random.choice(known.containers) if known.containers else ("containers", "main", "")
    _list(spec, key).append({"name": name, "$patch": "delete"})


def _replace_containers(context: Context, _: Known, spec: dict[str, Any]) -> None:
    replaced = [{"$patch": "replace"}, context.objects.container("only")]
    context.random.shuffle(replaced)
    spec["containers"] = replaced


def _set_secrets(context: Context, _: Known, spec: dict[str, Any]) -> None:
    spec["imagePullSecrets"] = _secrets(context)


def _set_account(context: Context, _: Known, spec: dict[str, Any]) -> None:
    spec["serviceAccountName"] = context.random.choice((*ACCOUNTS, None))


def _set_env(_: Context, known: Known, spec: dict[str, Any]) -> None:
    name = known.containers[0][1] if known.containers else "main"
    _list(spec, "containers").append({"name": name, "env": [{"name": "A", "value": "$(IMAGE)"}]})


def _null(context: Context, _: Known, spec: dict[str, Any]) -> None:
    spec[context.random.choice(("initContainers", "imagePullSecrets", "volumes", "containers"))] = None


def _directive(context: Context, known: Known, spec: dict[str, Any]) -> None:
    kind = context.random.random()
    if kind < 0.4:
        spec.update(context.objects.pod_spec()[0], **{"$patch": "replace"})
    elif kind < 0.6:
        spec["$setElementOrder/containers"] = [{"name": name} for _, name, _ in known.containers]
    elif kind < 0.8:
        spec["$patch"] = "merge"
    else:
        spec["$patch"] = context.random.choice(("delete", "unknown"))


def _odd(context: Context, _: Known, spec: dict[str, Any]) -> None:
    odd: tuple[tuple[str, Any], ...] = (
        ("containers", [{"image": "unnamed:1"}]),
        ("containers", []),
        ("containers", [{"name": "main"}, {"name": "main", "image": "twice:1"}]),
        ("containers", {"name": "main"}),
        ("imagePullSecrets", ["regcred"]),
        ("containers", [{"name": "main", "image": None}]),
        ("containers", [{"name": "main", "image": 5}]),
        ("imagePullSecrets", [{"$patch": "replace"}]),
    )
    spec.update([context.random.choice(odd)])


def _list(spec: dict[str, Any], key: str) -> list[Any]:
    """The list under a key; what else an earlier change put there is replaced."""
    if not is_array(spec.get(key)):
        spec[key] = []
    found: list[Any] = spec[key]
    return found


# What changes a PodSpec, and how often.
_WEIGHTED: tuple[tuple[Callable[[Context, Known, dict[str, Any]], None], float], ...] = (
    *((_set_image, 6), (_add_container, 3), (_delete_container, 1), (_replace_containers, 0.5), (_set_secrets, 3)),
    *((_set_account, 2), (_set_env, 1), (_null, 0.7), (_directive, 0.7), (_odd, 0.3)),
)
_SPEC_CHANGES, _SPEC_WEIGHTS = zip(*_WEIGHTED, strict=True)
