"""An image reference that the kubelet cannot parse.

### What it does

Parses every image with the kubelet's grammar and reports which part is invalid: upper-case letters, a scheme, white
space, `+` in a tag, a number that YAML wrote as `1e+07`, an empty tag, a digest of the wrong length. It also reports
mistakes that do parse: a second registry host in the path, a tag that begins with `vv1`, values such as `undefined`,
and a number with an exponent as a tag (`2.0240514E7` for `20240514`).

### Why is this bad?

The API server accepts nearly any text. The kubelet does not: the pod waits with `InvalidImageName`, for ever and
without back-off. Nothing between `git push` and the node reports it. Only white space around the name is rejected
earlier: the API server accepts no such Pod, so that a workload gets none.

### Example

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
        - name: web
          image: ghcr.io/AcmeCorp/web:1.4  # error: invalid-image-reference
        - name: proxy
          image: https://docker.io/library/nginx:1.29  # error: invalid-image-reference
        - name: worker
          image: ghcr.io/acme/worker:1e+07  # error: invalid-image-reference
        - name: exporter
          image: docker.io/quay.io/prometheus/node-exporter:v1.9.1  # error: invalid-image-reference
```

### Use instead

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
        - name: web
          image: ghcr.io/acmecorp/web:1.4
        - name: proxy
          image: docker.io/library/nginx:1.29
        - name: worker
          image: ghcr.io/acme/worker:10000000
        - name: exporter
          image: quay.io/prometheus/node-exporter:v1.9.1
```

### References

- Kubernetes v1.36 `pkg/apis/core/validation/validation.go`, `validateContainersOnlyForPod`
- [distribution/reference](https://github.com/distribution/reference/blob/v0.6.0/regexp.go), which the kubelet calls
- [Kubernetes: image names](https://kubernetes.io/docs/concepts/containers/images/#image-names)
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imagelint.facts.model import ContainerType
from imagelint.facts.purposes import TEMPLATES, TESTS
from imagelint.kubelet.reference import doubled_registry, is_reference
from imagelint.linting.finding import Confidence, Severity
from imagelint.linting.prediction import Prediction, Rejection, WaitingReason
from imagelint.linting.rule import Rule
from imagelint.text.trace import Part
from imagelint_rules.judging import image_fix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.index.image_use import ImageUse
    from imagelint.index.index import Index
    from imagelint.linting.finding import Finding
    from imagelint.text.places import Place


# `1e7` without a fraction may be the beginning of a commit.
_EXPONENT = r"(?a)(?P<digit>[1-9])\.(?P<fraction>\d+)[eE](?P<exponent>\d{1,2})"
_NOTHING = frozenset({"undefined", "null", "None", "nil"})


def check(index: Index) -> Iterator[Finding]:
    """Images that do not parse, or that parse but are certainly wrong."""
    for use in index.images:
        if use.placeholder is not None:
            continue
        if use.error is not None:
            remedy = f"use `{use.error.repair}`" if use.error.repair else None
            fix = image_fix(use, use.error.repair, is_safe=True)
            message = f"{_image(use)} is not a valid reference: {use.error.reason}"
            severity = Severity.WARNING if _is_stand_in(use) else None
            found = RULE.at_image(use, message, help=remedy, fix=fix, prediction=_outcome(use), severity=severity)
            yield found._replace(at=_place(use))
        else:
            yield from _doubled(index, use)
            yield from _doubled_v(use)
            yield from _with_exponent(use)
            yield from _unset(use)


def _is_stand_in(use: ImageUse) -> bool:
    """Whether a custom resource has the end of a name only (`-proxysql`), which a script of the operator completes."""
    return use.effective.startswith("-") and not use.pod.spec.core


def _place(use: ImageUse) -> Place:
    """Where the invalid part is, if it is known: the values of charts have a key for each."""
    value = use.container.value
    if value is None or value.name is None:
        return use.place
    if value.registry is not None and not is_reference(f"{value.registry.value}/a"):
        return use.place_of(Part.NAME, is_about_host=True)
    is_name = not is_reference(value._replace(tag=None, digest=None).image or "")
    return use.place_of(Part.NAME if is_name else Part.TAG)


def _outcome(use: ImageUse) -> Prediction | None:
    """What becomes of an image with white space around it, which the API server rejects in pods, not in templates."""
    if use.effective == use.effective.strip() or use.container.type is ContainerType.VOLUME:
        return RULE.prediction
    return Prediction(Rejection.INVALID if use.pod.resource.kind == "Pod" else Rejection.FAILED_CREATE)


def _doubled(index: Index, use: ImageUse) -> Iterator[Finding]:
    if use.reference is None:
        return
    inner = doubled_registry(use.reference, index.world.knowledge.registries.hosts())
    if inner is not None:
        yield RULE.at_image(
            use,
            f"{_image(use)} names two registries: the kubelet pulls from `{use.reference.host}` a repository named "
            f"`{use.reference.repository}`",
            help=f"use `{use.effective[use.effective.rindex(f'/{inner}/') + 1 :]}`",
            prediction=Prediction(WaitingReason.ERR_IMAGE_PULL),
            part=Part.NAME,
        )


def _doubled_v(use: ImageUse) -> Iterator[Finding]:
    """A template that adds `v` to a version that already starts with one."""
    tag = use.reference.tag if use.reference and use.reference.digest is None else None
    if tag is not None and tag.startswith("vv") and tag[2:3].isdecimal():
        yield RULE.at_image(
            use,
            f"{_image(use)} has a tag with a double `v`: `{tag}`",
            help=f"use `{use.effective.replace(f':{tag}', f':{tag[1:]}')}`",
            severity=Severity.WARNING,
            confidence=Confidence.LIKELY,
            prediction=Prediction(WaitingReason.ERR_IMAGE_PULL),
            part=Part.TAG,
        )


def _with_exponent(use: ImageUse) -> Iterator[Finding]:
    """A number as a tag, as Java, JavaScript or a template engine writes large ones: a legal tag, but not that one."""
    tag = use.named.tag if use.named and use.named.digest is None else None
    number = re.fullmatch(_EXPONENT, tag) if tag is not None and "e" in tag.lower() else None
    if number is None or len(number["fraction"]) > int(number["exponent"]):
        return  # no whole number: a version, perhaps
    meant = (number["digit"] + number["fraction"]).ljust(int(number["exponent"]) + 1, "0")
    yield RULE.at_image(
        use,
        f"{_image(use)} has the tag `{tag}`, which is how a program writes the number {meant}",
        help=f"write `{use.effective.replace(f':{tag}', f':{meant}')}`, and quote the tag where it comes from",
        severity=Severity.WARNING,
        confidence=Confidence.LIKELY,
        prediction=Prediction(WaitingReason.ERR_IMAGE_PULL),
        part=Part.TAG,
    )


def _unset(use: ImageUse) -> Iterator[Finding]:
    """A value that JavaScript, Python or Go prints for an unset variable, in a reference that still parses."""
    reference = use.reference
    parts = (reference.tag or "", *reference.repository.split("/")) if reference else ()
    nothing = next((part for part in parts if part in _NOTHING), None)
    if nothing is not None:
        yield RULE.at_image(
            use,
            f"{_image(use)} contains `{nothing}`, which scripts and templates print for unset values",
            help="set the value in the script or template that builds the image name",
            confidence=Confidence.LIKELY,
            prediction=Prediction(WaitingReason.ERR_IMAGE_PULL),
        )


def _image(use: ImageUse) -> str:
    from imagelint.text.user_info import without_user_info

    shown = without_user_info(use.effective)
    shown = shown if len(shown) <= 120 else f"{shown[:119]}…"
    return f"image `{shown}`"


RULE = Rule(
    __name__,
    Severity.ERROR,
    check,
    prediction=Prediction(WaitingReason.INVALID_IMAGE_NAME),
    info_in=frozenset({TESTS, TEMPLATES}),
)
