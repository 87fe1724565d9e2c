"""Random fields that change names, namespaces, labels and replicas."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from real_kustomize.objects import NAMES, NAMESPACES
from real_kustomize.yaml_text import Writer

if TYPE_CHECKING:
    from real_kustomize.context import Context


def namespace(context: Context) -> str:
    """`namespace`."""
    namespace = context.random.choice(NAMESPACES)
    context.known = [replace(one, namespace=namespace) for one in context.known]
    return namespace


def prefix(context: Context) -> str:
    """`namePrefix`."""
    prefix = context.random.choice(("dev-", "a", "x-", "é-"))
    context.known = [one.renamed(prefix, "") for one in context.known]
    return prefix


def suffix(context: Context) -> str:
    """`nameSuffix`."""
    suffix = context.random.choice(("-dev", "-2", "-eu"))
    context.known = [one.renamed("", suffix) for one in context.known]
    return suffix


def label_list(context: Context) -> list[Any]:
    """`labels`."""
    random = context.random
    entry: dict[str, Any] = {"pairs": {"app": random.choice(NAMES[:4]), "part": "x"}}
    if random.random() < 0.4:
        entry[random.choice(("includeSelectors", "includeTemplates"))] = True
    context.known = [replace(one, labels={**one.labels, **entry["pairs"]}) for one in context.known]
    return [entry]


def common_labels(context: Context) -> dict[str, str]:
    """`commonLabels`."""
    labels = {"team": context.random.choice(("a", "b"))}
    context.known = [replace(one, labels={**one.labels, **labels}) for one in context.known]
    return labels


def common_annotations(context: Context) -> dict[str, str]:
    """`commonAnnotations`."""
    annotations = {"owner": context.random.choice(("a", "b"))}
    context.known = [replace(one, annotations={**one.annotations, **annotations}) for one in context.known]
    return annotations


def replicas(context: Context) -> list[Any]:
    """`replicas`."""
    scaled = [one for one in context.known if one.kind in {"Deployment", "StatefulSet", "ReplicaSet"}]
    if not scaled and context.random.random() < 0.9:
        return []
    return [{"name": context.random.choice(scaled or context.known).names[-1], "count": 3}]


def configurations(context: Context) -> list[Any]:
    """`configurations`, with a file."""
    random = context.random
    settings: tuple[dict[str, Any], ...] = (
        {"images": [{"path": "spec/image", "kind": "Web"}]},
        {"images": [{"path": "spec/parts[]/containers[]/image", "kind": "Web"}]},
        {"nameReference": [{"kind": "Secret", "fieldSpecs": [{"path": "spec/secret/name", "kind": "Web"}]}]},
        {"namePrefix": [{"path": "metadata/name", "kind": "Deployment"}]},
        {"namespace": [{"path": "spec/namespace", "kind": "Web", "create": True}]},
        {"commonLabels": [{"path": "spec/labels", "kind": "Web", "create": True}]},
        {"varReference": [{"path": "spec/template/spec/containers/image", "kind": "Deployment"}]},
    )
    return [context.file("config", Writer(random).document(random.choice(settings)))]
