"""The container that a failure is about is the first of those that have most in common with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from imagelint.diagnose.merge import image_key
from imagelint.diagnose.observations import Diagnosis, Failure
from imagelint.diagnose.owners import workloads_of
from imagelint.diagnose.workloads import Match, Workloads
from support import index_of

if TYPE_CHECKING:
    from imagelint.index.image_use import ImageUse

IMAGES = st.sampled_from(["quay.io/a/web:1", "mirror.example.com/b/web:1", "quay.io/a/api:2", "web"])
NAMES = st.sampled_from(["web", "web-7c9d8f6b54", "api"])
NAMESPACES = st.sampled_from([None, "shop", "blog"])
CONTAINERS = st.sampled_from(["web", "side"])
PODS = st.lists(st.tuples(NAMES, NAMESPACES, CONTAINERS, IMAGES), max_size=6)
FAILURE = Failure(None, None, None, None, "ErrImagePull", Diagnosis("unknown"), None)
FAILURES = st.tuples(
    st.none() | st.sampled_from(["web-7c9d8f6b54-q2x8n", "api", "other"]),
    NAMESPACES,
    st.none() | CONTAINERS,
    st.none() | IMAGES,
)


def manifest(name: str, namespace: str | None, container: str, image: str) -> str:
    where = f", namespace: {namespace}" if namespace else ""
    return (
        f"apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}{where}}}\n"
        f"spec: {{containers: [{{name: {container}, image: '{image}'}}]}}\n"
    )


def tail(image: str | None) -> str | None:
    return image.rpartition("/")[2] if image is not None and "/" in image else None


def match(use: ImageUse, failure: Failure) -> Match | None:
    """How well one container fits."""
    namespaces = {use.pod.namespace, failure.namespace} - {None}
    key, own = image_key(failure.image), image_key(use.effective)
    has_image = key is not None and own == key
    has_name = failure.pod is not None and use.pod.resource.name in workloads_of(failure.pod)
    has_container = failure.container == use.container.name
    is_moved = not has_image and tail(own) == tail(key)
    fits = has_image or (has_name and (failure.container is None or has_container)) or (is_moved and has_container)
    found = Match(has_image, has_name, has_container, len(namespaces) == 1, is_moved)
    return found if fits and len(namespaces) < 2 else None


@given(PODS, FAILURES)
def test_the_best_match_wins_and_of_several_the_first(
    pods: list[tuple[str, str | None, str, str]], said: tuple[str | None, str | None, str | None, str | None]
) -> None:
    index = index_of("---\n".join(manifest(*pod) for pod in pods))
    pod, namespace, container, image = said
    failure = FAILURE._replace(pod=pod, namespace=namespace, container=container, image=image)
    matches = [(fit, -number) for number, use in enumerate(index.images) if (fit := match(use, failure))]
    best = Workloads(index, {use.pod.source for use in index.images}).best(failure)
    found = (best[1], -index.images.index(best[0])) if best is not None else None
    assert found == max(matches, default=None)
