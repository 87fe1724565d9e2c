"""Random `images`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from real_kustomize.objects import DIGEST, IMAGES
from real_kustomize.yaml_text import Written

if TYPE_CHECKING:
    from real_kustomize.context import Context


def images(context: Context) -> list[dict[str, Any]]:
    """`images`."""
    return [image_entry(context) for _ in range(context.random.choice((1, 1, 2, 3)))]


def image_entry(context: Context) -> dict[str, Any]:
    """An entry of `images`, most often of an image that is there."""
    random = context.random
    used = [image for one in context.known for _, _, image in one.containers]
    image = random.choice(used) if used and random.random() < 0.9 else random.choice(IMAGES)
    name = _name_of(image) if random.random() < 0.95 else image
    entry: dict[str, Any] = {"name": name}
    fields: tuple[tuple[str, float, tuple[Any, ...]], ...] = (
        ("newName", 0.4, ("mirror.example.com/nginx", "quay.io/acme/new", "reg:5000/a", "app", "", "nginx:5", "a/b@c")),
        ("newTag", 0.7, ("v2", "1.10", "latest", "2024-01-01", "0123", "1e3", "", Written("v3"), "$(TAG)", "yes")),
        ("digest", 0.15, (DIGEST, DIGEST, "sha256:short", "")),
        ("tagSuffix", 0.08, ("-alpine", "-x", "")),
    )
    for key, share, values in fields:
        if random.random() < share:
            entry[key] = random.choice(values[:3] if random.random() < 0.8 else values)
    return entry


def _name_of(image: str) -> str:
    head, slash, last = image.partition("@")[0].rpartition("/")
    return head + slash + last.partition(":")[0]
