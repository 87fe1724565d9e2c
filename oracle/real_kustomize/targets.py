"""Random selectors of known objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from real_kustomize.objects import NAMESPACES

if TYPE_CHECKING:
    from real_kustomize.context import Context
    from real_kustomize.objects import Known


def target(context: Context, known: Known) -> dict[str, Any]:
    """A selector of an object, and perhaps of others."""
    random = context.random
    group, _, version = known.api_version.rpartition("/")
    name = known.names[-1] if random.random() < 0.8 else random.choice(known.names)
    fields: dict[str, Any] = {
        "kind": random.choices((known.kind, ".*", f"{known.kind}|Job", f"^{known.kind}$", "None"), (20, 1, 1, 1, 0.3))[
            0
        ],
        "name": random.choices((name, ".*", f"{name[:2]}.*", f"^{name}$", f"{name}|x", "no"), (10, 2, 2, 1, 1, 0.3))[0],
        "group": group,
        "version": version,
        "namespace": known.namespace or random.choice(NAMESPACES),
        "labelSelector": _selector(context, known.labels),
        "annotationSelector": _selector(context, known.annotations),
    }
    shares = {"kind": 0.9, "name": 0.7, "group": 0.2, "version": 0.2, "labelSelector": 0.15 if known.labels else 0.03}
    shares |= {"annotationSelector": 0.3 if known.annotations else 0.01, "namespace": 0.4 if known.namespace else 0.02}
    return {key: value for key, value in fields.items() if value and random.random() < shares[key]}


def _selector(context: Context, labels: dict[str, str]) -> str:
    random = context.random
    key, value = random.choice([*labels.items()] or [("app", "web")])
    forms = (f"{key}={value}", f"{key}=={value}", f"{key}!={value}", f"{key}", f"!{key}", f"{key} in ({value}, x)")
    more = (f"{key} notin ({value})", f"{key}={value},tier", f" {key} = {value} , !other", f"{key}=other", "a==b==c")
    return random.choices((*forms, *more), (5, 1, 1, 2, 1, 2, 1, 1, 1, 1, 0.1))[0]
