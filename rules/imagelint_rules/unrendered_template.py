"""A placeholder that was not replaced.

### What it does

Finds `{{ .Values.image }}`, `${TAG}`, `$(TAG)`, `$TAG`, `<your-registry>`, `your-registry`, `%IMAGE%`, `CHANGEME`,
`PROJECT_ID`, `xxxx` and the like in an image, and hosts of ECR without the number of an account. Objects in which
something does replace them later are left alone: OpenShift Templates, and custom resources that have a template
language of their own, for its placeholders (`{{ }}` of Argo Workflows, `$(params.x)` of Tekton). So are the images in a
file that kubectl cannot read and that a program renders with Go's templates, as operators do (`image: {{ .Image }}`,
without quotes and without the `.Values` of Helm): a note names the file.

What is for a person to fill in (`<your-registry>`, `CHANGEME`) is a warning: who applies a manifest reads it first.
It is an info in tests and examples, and in repositories whose README has such a title (`Kubernetes Examples`), where a
script or the reader fills it in, and in objects that have placeholders outside of images as well (in their namespace,
in numbers): such a template has to be rendered before it is linted.
It is an info as well where a comment, or a script or a text for its folder, says that it is replaced, where a comment
is that of a program which sets the image (`# {"$imagepolicy": "flux-system:web"}` of Flux, `# kpt-set: ${image}`), or
where a text asks its reader to edit the file (`Update deploy/web.yaml`) or has the image to write into it below its
path, or a comment right above asks to change the line. So it is in a folder that a `pom.xml` copies with `filtering`,
if the placeholder has Maven's delimiters (`${…}`, `@…@`) or those that the file states, and in a value that a command
sets where it installs the chart (`helm upgrade web charts/web --set image.repository=…`), in a manifest whose image a
command edits (`yq -i '.spec.containers[0].image = env(IMAGE)' web.yaml`), and in one that a Go program embeds.

### Why is this bad?

Kubernetes does not substitute variables in `image`. Most placeholders are not valid references, so the pod waits with
`InvalidImageName`; the others name an image that does not exist.

### Example

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: ghcr.io/acme/web:${TAG}  # error: unrendered-template
    - name: proxy
      image: <your-registry>/proxy:1.2  # error: unrendered-template
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
      image: ghcr.io/acme/web:1.4.2
    - name: proxy
      image: ghcr.io/acme/proxy:1.2
```

### References

- [Kubernetes: dependent variables](https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/)
  work in `env`, `command` and `args` only
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.facts.kinds import template_marks
from imagelint.facts.purposes import EXAMPLE_REPOSITORIES, EXAMPLES, SCAFFOLDS, TEMPLATES, TESTS
from imagelint.kubelet.placeholders import part_of_placeholder
from imagelint.linting.finding import Confidence, Severity
from imagelint.linting.prediction import Prediction, WaitingReason
from imagelint.linting.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.index.image_use import ImageUse
    from imagelint.index.index import Index
    from imagelint.linting.finding import Finding

_REMEDIES = (
    ("{{", "render the template first, and lint what it makes: helm template CHART | imagelint -"),
    ("{%", "render the template first, and lint what it makes"),
    ("$", "substitute it before applying (envsubst, kustomize `images:`), and lint the result"),
)
# In what a chart was rendered to.
_OF_RENDERED = (
    "the chart writes this text as it is: put the value itself there, or have the template evaluate it, as in "
    "`{{ tpl .Values.image.tag . }}`"
)
# How placeholders begin that a program replaces; the others are for whoever applies the manifest.
_OF_PROGRAMS = ("{", "$", "[", "%", "@", "#")


def check(index: Index) -> Iterator[Finding]:
    """Images with a placeholder, in objects that the API server gets as written."""
    for use in index.images:
        if use.placeholder is not None and not _replaced_later(use, use.placeholder):
            message = f"`{use.placeholder}` is a placeholder that nothing replaced, and Kubernetes does not replace it"
            remedy = _remedy(use, use.placeholder)
            severity = Severity.ERROR if use.placeholder.startswith(_OF_PROGRAMS) else Severity.WARNING
            part = part_of_placeholder(use.written, use.placeholder)
            if use.error is not None:
                yield RULE.at_image(use, message, help=remedy, severity=severity, part=part)
            else:  # a valid name of an image that does not exist
                yield RULE.at_image(
                    use,
                    message,
                    help=remedy,
                    severity=severity,
                    part=part,
                    confidence=Confidence.LIKELY,
                    prediction=Prediction(WaitingReason.ERR_IMAGE_PULL),
                )


def _replaced_later(use: ImageUse, placeholder: str) -> bool:
    resource = use.pod.resource
    if use.pod.is_of_values:
        return True  # charts render values, and so do the tools that deploy them
    if resource.parametrised and placeholder.startswith("$"):
        return True
    marks = template_marks(resource.api_version, resource.kind)
    if use.pod.is_guessed:
        marks = (*marks, "{{")  # nothing is known of a schema, and these braces are as likely its own as of a chart
    return placeholder.startswith(marks)


def _remedy(use: ImageUse, placeholder: str) -> str:
    if use.pod.source.path.endswith("Chart.yaml") and placeholder.startswith("{{"):
        return _OF_RENDERED
    found = (text for start, text in _REMEDIES if placeholder.startswith(start))
    return next(found, "set the image that the pod should run")


RULE = Rule(
    __name__,
    Severity.ERROR,
    check,
    prediction=Prediction(WaitingReason.INVALID_IMAGE_NAME),
    info_in=frozenset({EXAMPLES, EXAMPLE_REPOSITORIES, TESTS, TEMPLATES, SCAFFOLDS}),
)
