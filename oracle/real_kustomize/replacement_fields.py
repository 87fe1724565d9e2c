"""Random `replacements` and `vars`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from real_kustomize.targets import target
from real_kustomize.yaml_text import Writer

if TYPE_CHECKING:
    from real_kustomize.context import Context
    from real_kustomize.objects import Known

_OTHER_PATHS = ("metadata.labels.app", "metadata.name", "metadata.annotations.[a/b]", "data.image")


def replacements(context: Context) -> list[Any]:
    """`replacements`."""
    random = context.random
    made = [replacement(context) for _ in range(random.choice((1, 1, 2)))]
    if random.random() < 0.2:
        made[0] = {"path": context.file("replacement", Writer(random).document(random.choice((made[0], [made[0]]))))}
    return made


def replacement(context: Context) -> dict[str, Any]:
    """A replacement, most often of an image."""
    random = context.random
    source = context.some()
    fields: dict[str, Any] = {"kind": source.kind, "name": random.choice(source.names)}
    if source.namespace and random.random() < 0.3:
        fields["namespace"] = source.namespace
    if source.kind == "ConfigMap":
        fields["fieldPath"] = random.choice(("data.image", "data.tag", "data.registry", "data.both", "data.none"))
    elif source.containers and random.random() < 0.7:
        fields["fieldPath"] = _container_path(context, source)
    elif random.random() < 0.5:
        fields["fieldPath"] = random.choice(("metadata.name", "metadata.labels.app", "metadata.namespace", "kind"))
    if random.random() < 0.2:
        fields["options"] = {"delimiter": random.choice((":", "/", "-")), "index": random.choice((0, 1, -1, 5))}
    targets = [_replacement_target(context) for _ in range(random.choice((1, 1, 1, 2)))]
    if random.random() < 0.05:
        return {"sourceValue": random.choice(("static:1", "v5")), "targets": targets}
    return {"source": fields, "targets": targets}


def _replacement_target(context: Context) -> dict[str, Any]:
    random = context.random
    known = context.some()
    paths = [_container_path(context, known)] if known.containers else []
    if random.random() < 0.2 or not paths:
        paths.append(random.choice(_OTHER_PATHS))
    made: dict[str, Any] = {"select": target(context, known) or {"kind": known.kind}, "fieldPaths": paths}
    if random.random() < 0.1:
        made["reject"] = [{"name": random.choice(known.names)}]
    options: dict[str, Any] = {}
    if random.random() < 0.35:
        options |= {"delimiter": random.choice((":", "/", "@")), "index": random.choice((0, 1, 2, -1))}
    if random.random() < 0.2:
        options["create"] = True
    return {**made, "options": options} if options else made


def _container_path(context: Context, known: Known) -> str:
    random = context.random
    key, name, _ = random.choice(known.containers)
    item = random.choices((f"[name={name}]", "0", "*", "[name=none]", "5", "-"), (10, 3, 2, 0.5, 0.2, 0.1))[0]
    field = random.choices(("image", "name", "env.[name=TARGET].value", "imagePullPolicy"), (10, 0.5, 0.5, 0.3))[0]
    return ".".join((*known.pod_spec, key, item, field))


def add_vars(context: Context, fields: dict[str, Any]) -> None:
    """Add `vars`, and most often the `configurations` that name where they appear."""
    random = context.random
    sources = [one for one in context.known if one.kind == "ConfigMap"] or context.known
    names = random.sample(("IMAGE", "TAG", "REGISTRY", "NAME"), random.choice((1, 2, 3)))
    made: list[dict[str, Any]] = []
    for name in names:
        known = random.choice(sources)
        entry: dict[str, Any] = {
            "name": name,
            "objref": {"kind": known.kind, "name": known.names[0], "apiVersion": known.api_version},
        }
        if known.kind == "ConfigMap":
            entry["fieldref"] = {"fieldpath": random.choice(("data.image", "data.tag", "data.registry"))}
        elif random.random() < 0.3:
            entry["fieldref"] = {"fieldpath": random.choice(("metadata.labels.app", "metadata.namespace"))}
        made.append(entry)
    fields["vars"] = made
    if random.random() < 0.8:
        with_pods = [known for known in context.known if known.template is not None]
        paths = [{"path": "/".join((*one.pod_spec, "containers", "image")), "kind": one.kind} for one in with_pods]
        text = Writer(random).document({"varReference": paths or [{"path": "spec/x"}]})
        fields["configurations"] = [*fields.get("configurations", []), context.file("vars", text)]
