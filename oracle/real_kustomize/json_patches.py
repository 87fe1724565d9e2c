"""Random JSON patches of known objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from real_kustomize.objects import ACCOUNTS, IMAGES, NAMES, NAMESPACES, SECRETS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from real_kustomize.context import Context
    from real_kustomize.objects import Known


def json_patch(context: Context, known: Known) -> list[dict[str, Any]]:
    """The operations of a JSON patch of an object."""
    random = context.random
    makers = (_image_op, _list_op, _metadata_op, _spec_op, _odd_op)
    weights = (6, 3, 3, 3, 0.3) if known.containers else (0, 0, 6, 0, 0.3)
    return [random.choices(makers, weights)[0](context, known) for _ in range(random.choice((1, 1, 1, 2, 3)))]


def _image_op(context: Context, known: Known) -> dict[str, Any]:
    random = context.random
    key, name, _ = random.choice(known.containers)
    index = [one for list_, one, _ in known.containers if list_ == key].index(name)
    path = [*known.pod_spec, key, str(index), "image"]
    if random.random() < 0.02:
        path[-2] = random.choice(("7", "-1", "x", "01"))
    op = random.choice(("replace", "replace", "replace", "add", "test"))
    if op == "test":
        return {"op": op, "path": _pointer([*path[:-1], "name"]), "value": name}
    return {"op": op, "path": _pointer(path), "value": random.choice(IMAGES)}


def _list_op(context: Context, known: Known) -> dict[str, Any]:
    random = context.random
    key = random.choice(known.containers)[0]
    spec = [*known.pod_spec]
    choices: tuple[dict[str, Any], ...] = (
        {"op": "add", "path": [*spec, key, "-"], "value": context.objects.container("appended")},
        {"op": "add", "path": [*spec, key, "0"], "value": context.objects.container("first")},
        {"op": "remove", "path": [*spec, key, "0"]},
        {"op": "remove", "path": [*spec, key]},
        {"op": "replace", "path": [*spec, key], "value": [context.objects.container("only")]},
        {"op": "copy", "from": [*spec, key, "0"], "path": [*spec, key, "-"]},
        {"op": "move", "from": [*spec, key, "0", "image"], "path": [*spec, key, "0", "name"]},
        {"op": "copy", "from": [*spec, key, "0", "name"], "path": [*spec, key, "0", "image"]},
        {"op": "add", "path": [*spec, "initContainers"], "value": [context.objects.container("added")]},
    )
    return {name: _pointer(part) if name in {"path", "from"} else part for name, part in random.choice(choices).items()}


def _metadata_op(context: Context, known: Known) -> dict[str, Any]:
    random = context.random
    choices: tuple[dict[str, Any], ...] = (
        {"op": "replace", "path": "/metadata/name", "value": random.choice(NAMES) + "-renamed"},
        {"op": random.choice(("add", "replace")), "path": "/metadata/namespace", "value": random.choice(NAMESPACES)},
        {"op": "add", "path": "/metadata/labels", "value": {"app": "patched"}},
        {"op": "add", "path": "/metadata/annotations", "value": {"a/b": "patched", "note": "x"}},
        {"op": "add", "path": "/metadata/labels/example.com~1part", "value": "web"},
        {"op": "remove", "path": "/metadata/labels"},
        {"op": "replace", "path": "/kind", "value": random.choice(("Deployment", "StatefulSet", known.kind))},
    )
    weights = (2, 2, 2, 2, 1, 0.3, 0.5)
    return random.choices(choices, weights)[0]


def _spec_op(context: Context, known: Known) -> dict[str, Any]:
    random = context.random
    spec = [*known.pod_spec]
    choices: tuple[dict[str, Any], ...] = (
        {"op": "add", "path": _pointer([*spec, "imagePullSecrets"]), "value": [{"name": random.choice(SECRETS)}]},
        {"op": "add", "path": _pointer([*spec, "serviceAccountName"]), "value": random.choice(ACCOUNTS)},
        {"op": "add", "path": _pointer([*spec, "imagePullSecrets", "-"]), "value": {"name": "appended"}},
        {"op": "remove", "path": _pointer([*spec, "imagePullSecrets"])},
        {"op": "remove", "path": _pointer([*spec, "serviceAccountName"])},
        {"op": "replace", "path": _pointer(spec), "value": context.objects.pod_spec()[0]},
    )
    return random.choices(choices, (4, 4, 1, 0.3, 0.3, 1))[0]


def _odd_op(context: Context, known: Known) -> dict[str, Any]:
    odd: tuple[dict[str, Any], ...] = (
        {"op": "remove", "path": "/spec/nothing"},
        {"op": "replace", "path": "/spec/nothing", "value": 1},
        {"op": "add", "path": "/nothing/here", "value": 1},
        {"op": "unknown", "path": "/metadata/name", "value": "x"},
        {"op": "add", "path": "/metadata/labels"},
        {"op": "test", "path": "/metadata/name", "value": known.names[0]},
        {"op": "test", "path": "/metadata/name", "value": "another"},
        {"op": "add", "path": "metadata/name", "value": "no-slash"},
        {"path": "/metadata/name", "value": "no-op"},
        {"op": "replace", "path": "", "value": {}},
        {"op": "remove", "path": "/metadata/name"},
    )
    return context.random.choice(odd)


def _pointer(path: Sequence[str]) -> str:
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in path)
