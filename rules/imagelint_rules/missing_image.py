"""A container without an image.

### What it does

Finds containers of core kinds, and image volumes of Pods, without an image or with an empty one. It does not check
patches (files that a kustomization lists as patches or that are called so, objects that lack required fields or that
another file has with an image, the static pods of kubeadm) and custom resources, where an operator sets the image.

If several workloads have no image in any container, a program fills the images in, and the findings are infos. So are
those in tests, examples and templates, and in manifests that a Go program embeds.

### Why is this bad?

The API server rejects the Pod or workload: `spec.containers[0].image: Required value`.

### Example

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web  # error: missing-image
      ports: [{containerPort: 80}]
```

### Use instead

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: docker.io/library/nginx:1.29
      ports: [{containerPort: 80}]
```

### References

- Kubernetes v1.36 `pkg/apis/core/validation/validation.go`, `validateContainerCommon`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.facts.model import ContainerType
from imagelint.facts.purposes import EXAMPLES, SCAFFOLDS, TEMPLATES, TESTS
from imagelint.facts.screen import is_called_patch, is_static_pod
from imagelint.linting.finding import Confidence, Severity, Subject
from imagelint.linting.prediction import Prediction, Rejection
from imagelint.linting.rule import Rule
from imagelint.text.places import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.facts.model import Container
    from imagelint.index.image_use import Pod
    from imagelint.index.index import Index
    from imagelint.linting.finding import Finding
    from imagelint.text.places import SourceId


# Files; in fewer, somebody may have forgotten the image.
_MANY = 3


def check(index: Index) -> Iterator[Finding]:
    """Containers without an image in objects that the API server gets as written."""
    filled_in = index.whole.join(_filled_in)
    for pod in index.pods:
        program = index.whole.files[pod.source].embedded_in
        unless = f", but `{program}` embeds the file, so that its program may fill it in" if program is not None else ""
        is_filled_in = pod.source in filled_in or program is not None
        for container in pod.spec.containers if pod.spec.complete and not is_called_patch(pod.source.path) else ():
            if _lacks_image(container, pod) and not _has_it_elsewhere(index, pod, container):
                kind = "image volume" if container.type is ContainerType.VOLUME else "container"
                field = "reference" if container.type is ContainerType.VOLUME else "image"
                yield RULE.finding(
                    Place(pod.source, container.image.span if container.image else container.span),
                    f"{kind} `{container.name or '(unnamed)'}` has no {field}{unless}",
                    Subject(resource=pod.resource, container=container.name),
                    help=f"add `{field}: REGISTRY/REPOSITORY:TAG`",
                    severity=Severity.INFO if is_filled_in else None,
                    confidence=Confidence.POSSIBLE if is_filled_in else None,
                )


def _filled_in(index: Index) -> set[SourceId]:
    """The files of workloads without any image, where there are so many that a program fills them in."""
    bare = [pod for pod in index.pods if pod.spec.complete and pod.spec.containers and _names_no_image(pod)]
    sources = {pod.source for pod in bare}
    is_pattern = len(sources) >= _MANY and any(len(pod.spec.containers) > 1 for pod in bare)
    return sources if is_pattern else set()


def _names_no_image(pod: Pod) -> bool:
    return all(_lacks_image(container, pod) for container in pod.spec.containers)


def _lacks_image(container: Container, pod: Pod) -> bool:
    if pod.resource.kind == "Pod" and pod.resource.name == container.name and is_static_pod(container.name):
        return False  # a patch of what kubeadm makes
    if container.type is ContainerType.VOLUME and pod.resource.kind != "Pod":
        return False  # in a template a volume may leave it out
    return not container.image_filled_in and (container.image is None or not container.image.value)


def _has_it_elsewhere(index: Index, pod: Pod, container: Container) -> bool:
    """Whether another file has the same container of the same object with an image, so that this one patches it."""
    sources = index.whole.join(_with_image).get((pod.resource.kind, pod.resource.name, container.name), set())
    return bool(sources - {pod.source})


def _with_image(index: Index) -> dict[tuple[str, str | None, str | None], set[SourceId]]:
    found: dict[tuple[str, str | None, str | None], set[SourceId]] = {}
    for use in index.images:
        resource = use.pod.resource
        found.setdefault((resource.kind, resource.name, use.container.name), set()).add(use.pod.source)
    return found


RULE = Rule(
    __name__,
    Severity.ERROR,
    check,
    prediction=Prediction(Rejection.INVALID),
    # A list or a mapping instead of an image.
    unless_found_by=frozenset({"misplaced-pull-field"}),
    info_in=frozenset({EXAMPLES, TESTS, TEMPLATES, SCAFFOLDS}),
)
