"""Random `crds` and `openapi`: what a kustomization declares of custom resources."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from real_kustomize.objects import WORKLOADS
from real_kustomize.yaml_text import Writer

if TYPE_CHECKING:
    from random import Random

    from real_kustomize.context import Context

_MERGED = {"x-kubernetes-patch-strategy": "merge", "x-kubernetes-patch-merge-key": "name"}
_OBJECT: dict[str, Any] = {"apiVersion": {"type": "string"}, "kind": {"type": "string"}, "metadata": {"type": "object"}}


def openapi(context: Context) -> dict[str, str]:
    """`openapi`: the types of some kinds, in each of which containers are merged by their names or not."""
    random = context.random
    if random.random() < 0.1:
        return {"version": random.choice(("v1.21.2", "v1.21.2", "v1.14.1"))}
    definitions: dict[str, Any] = {"example.Container": _container(random), "example.PodSpec": _pod_spec(random)}
    for kind in random.sample([*WORKLOADS], random.choice((1, 2, 4, len(WORKLOADS)))):
        api_version, path = WORKLOADS[kind]
        group, _, version = api_version.rpartition("/")
        schema = _around({"$ref": "#/definitions/example.PodSpec"}, [*path, "spec"], random)
        gvk = [{"group": group, "version": version, "kind": kind}]
        definitions[f"example.{kind}"] = {**schema, "x-kubernetes-group-version-kind": gvk}
    document = {"definitions": definitions}
    text = json.dumps(document) if random.random() < 0.5 else Writer(random).document(document)
    return {"path": context.file("schema", text)}


def _around(schema: dict[str, Any], path: list[str], random: Random) -> dict[str, Any]:
    for number, key in enumerate(reversed(path)):
        is_last = number == len(path) - 1
        if not is_last and random.random() < 0.1:
            schema = {"type": "object", "additionalProperties": schema}
        else:
            schema = {"type": "object", "properties": {**(_OBJECT if is_last else {}), key: schema}}
    return schema


def _container(random: Random) -> dict[str, Any]:
    names = {"type": "array", "items": {"type": "object", "properties": {"name": {"type": "string"}}}}
    return {"type": "object", "properties": {"env": {**names, **(_MERGED if random.random() < 0.5 else {})}}}


def _pod_spec(random: Random) -> dict[str, Any]:
    items = {"$ref": "#/definitions/example.Container"} if random.random() < 0.8 else {"type": "object"}
    strategies: list[dict[str, Any]] = [
        *(_MERGED, _MERGED, _MERGED, {}, {"x-kubernetes-patch-merge-key": "name"}),
        {"x-kubernetes-patch-strategy": "merge,retainKeys", "x-kubernetes-list-map-keys": ["name"]},
        {"x-kubernetes-patch-strategy": "merge", "x-kubernetes-patch-merge-key": "image"},
    ]
    lists = ("containers", "initContainers", "imagePullSecrets")
    fields = {name: {"type": "array", "items": items, **random.choice(strategies)} for name in lists}
    return {"type": "object", "properties": fields}


def crds(context: Context) -> list[str]:
    """`crds`: fields of custom resources that name a Secret or an account, or are changed as names and labels are."""
    random = context.random
    kind = random.choice(("Runner", "Rollout"))
    path = (*WORKLOADS[kind][1], "spec")
    names = [f"com.example.v1.{kind}", *(f"com.example.v1.{kind}.{number}" for number in range(len(path)))]
    definitions: dict[str, Any] = {}
    for number, key in enumerate(path):
        own = _OBJECT if not number and random.random() < 0.95 else {}
        definitions[names[number]] = _definition({**own, key: {"$ref": names[number + 1], **_extensions(random, key)}})
    secret = _reference("Secret") if random.random() < 0.8 else {}
    definitions[names[-1]] = _definition({"imagePullSecrets": {"type": "array", **secret}})
    text = json.dumps(definitions) if random.random() < 0.5 else Writer(random).document(definitions)
    return [context.file("definitions", text)]


def _definition(properties: dict[str, Any]) -> dict[str, Any]:
    return {"Schema": {"properties": properties}, "Dependencies": []}


def _extensions(random: Random, key: str) -> dict[str, str]:
    if key != "spec" or random.random() < 0.3:
        return {}
    marks = ("x-kubernetes-identity", "x-kubernetes-annotation", "x-kubernetes-label-selector")
    if random.random() < 0.1:
        return {random.choice(marks): ""}
    return _reference("ServiceAccount", "serviceAccountName")


def _reference(kind: str, key: str = "") -> dict[str, str]:
    named = {"x-kubernetes-object-ref-name-key": key} if key else {}
    return {"x-kubernetes-object-ref-api-version": "v1", "x-kubernetes-object-ref-kind": kind, **named}
