"""Random generators of ConfigMaps and Secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from real_kustomize.objects import NAMESPACES, SECRETS
from real_kustomize.yaml_text import Writer

if TYPE_CHECKING:
    from real_kustomize.context import Context


def config_maps(context: Context) -> list[Any]:
    """`configMapGenerator`."""
    return [generator(context, ("settings", "images", "web", "generated"), "ConfigMap")]


def secrets(context: Context) -> list[Any]:
    """`secretGenerator`."""
    return [generator(context, (*SECRETS, "generated"), "Secret") for _ in range(context.random.choice((1, 1, 2)))]


def generator(context: Context, names: tuple[str, ...], kind: str) -> dict[str, Any]:
    """An entry of `configMapGenerator` or `secretGenerator`."""
    random = context.random
    existing = [one for one in context.known if one.kind == kind]
    entry: dict[str, Any] = {"name": random.choice(names)}
    if existing and random.random() < 0.7:
        known = random.choice(existing)
        entry = {"name": random.choice(known.names), "behavior": random.choice(("merge", "replace", "merge", "create"))}
        if known.namespace and random.random() < 0.9:
            entry["namespace"] = known.namespace
    elif random.random() < 0.15:
        entry["namespace"] = random.choice(NAMESPACES)
    if random.random() < 0.7:
        entry["literals"] = [random.choice(("image=nginx:7", "tag='v8'", "a=b=c", "registry=x", "é=ü", 'q="1"', "e="))]
    if random.random() < 0.25:
        entry["files"] = [
            random.choice(("", "", "key.txt=", ".dockerconfigjson=")) + context.file("content", "some: text\n")
        ]
    if random.random() < 0.15:
        entry["envs"] = [
            context.file("env", random.choice(("A=1\n# c\n\nB=x y\n", "tag=v9\n", "export A=1\n", "A\n", "C=\n")))
        ]
    if random.random() < 0.25:
        entry["options"] = {"disableNameSuffixHash": random.random() < 0.8, "labels": {"made": "here"}}
    if kind == "Secret" and random.random() < 0.5:
        entry["type"] = "kubernetes.io/dockerconfigjson"
    return entry


def generator_options(context: Context) -> dict[str, Any]:
    """`generatorOptions`."""
    return {"disableNameSuffixHash": True} if context.random.random() < 0.7 else {"labels": {"a": "b"}}


def generators(context: Context) -> list[Any]:
    """`generators`, with a built-in one."""
    random = context.random
    kind = random.choice(("ConfigMap", "Secret"))
    entry = generator(context, ("generated",), kind)
    made = {"apiVersion": "builtin", "kind": f"{kind}Generator", "metadata": {"name": entry.pop("name")}, **entry}
    text = Writer(random).document(made)
    return [text if random.random() < 0.5 else context.file("generator", text)]
