"""A misplaced or misspelled image pull field.

### What it does

Finds `imagePullSecrets`, `imagePullPolicy` and `image` at the wrong level (in a container, next to the pod template, in
`metadata`, under the `spec` of a ServiceAccount) or misspelled (`imagePullSecret`, `imagepullsecrets`), entries that
are plain strings or have other keys than `name`, images that YAML reads as a number or a boolean (`image: 1.10`), and
`containers` that are not a list of mappings. Custom resources that define a field of that name are not checked.

If the configuration says that Kubernetes is older than v1.35 (`cluster.kubernetes`), image volumes are reported, too:
by default the API server drops their image, and refuses the pod.

### Why is this bad?

Depending on the client the API server refuses the object, or drops the field with a warning that scrolls by, and the
pod pulls anonymously or by another policy than the file says. A value of the wrong type is always rejected.

### Example

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  imagePullPolicy: Always  # error: misplaced-pull-field
  containers:
    - name: web
      image: quay.io/prometheus/node-exporter:v1.9.1
      imagePullSecrets: [{name: regcred}]  # error: misplaced-pull-field
    - name: version
      image: 1.10  # error: misplaced-pull-field
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
      image: quay.io/prometheus/node-exporter:v1.9.1
      imagePullPolicy: Always
```

### References

- [Kubernetes API: PodSpec](https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#PodSpec)
- [Kubernetes: field validation](https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.facts.model import ContainerType
from imagelint.linting.finding import Severity, Subject
from imagelint.linting.prediction import Prediction, Rejection
from imagelint.linting.rule import Rule
from imagelint.text.places import Place

# The version from which image volumes work by default (`pkg/features/kube_features.go`).
_IMAGE_VOLUMES = (1, 35)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.facts.misplaced import MisplacedField
    from imagelint.index.index import Index
    from imagelint.linting.finding import Finding
    from imagelint.linting.fix import Fix


def check(index: Index) -> Iterator[Finding]:
    """Every field that extraction found where the API does not define it."""
    for source in index.judged:
        for field in index.files[source].misplaced:
            yield RULE.finding(
                Place(source, field.key.span),
                field.problem,
                Subject(resource=field.resource, container=field.container, names=(field.key.value,)),
                help=field.remedy,
                prediction=Prediction(Rejection.INVALID) if field.is_rejected else None,
                fix=_fix(field),
            )
    version = index.world.settings.kubernetes
    if version is not None and version < _IMAGE_VOLUMES:
        yield from _image_volumes(index)


def _image_volumes(index: Index) -> Iterator[Finding]:
    """Image volumes where the feature gate `ImageVolume` is off by default (v1.34 `pkg/api/pod/util.go`)."""
    for use in index.images:
        if use.container.type is ContainerType.VOLUME:
            yield RULE.at_image(
                use,
                "before v1.35, the API server drops the image of a volume by default, and the volume has no type",
                help="enable the feature gate `ImageVolume`, copy the files with an init container, or upgrade",
                prediction=Prediction(Rejection.INVALID),
            )


def _fix(field: MisplacedField) -> Fix | None:
    if field.repair is None:
        return None
    from imagelint.linting.fix import Edit, Fix

    return Fix((Edit(field.key.span, field.key.value, field.repair, field.is_entry),))


RULE = Rule(__name__, Severity.ERROR, check, prediction=Prediction(Rejection.FIELD_IGNORED))
