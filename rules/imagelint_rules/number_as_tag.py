"""A tag in the values of a chart that YAML reads as a number.

### What it does

Finds tags without quotes in the values of charts that a template prints as another text: `1.10` becomes `1.1`, `2.0`
becomes `2`, `1e7` and `10000000` become `1e+07`, `010` becomes `8`, `yes` becomes `true`. Values are read in
`values.yaml` and its siblings, in HelmReleases of Flux, Applications of Argo CD, helmfiles, and other kinds that hold
them.

### Why is this bad?

Helm reads every number in values as a floating-point number. The chart then asks for a tag that nobody wrote: the pod
pulls another version, or none.

### Example

```yaml
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: web
spec:
  chartRef:
    kind: OCIRepository
    name: web
  values:
    image:
      repository: ghcr.io/acme/web
      tag: 1.10  # warning: number-as-tag
```

### Use instead

```yaml
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: web
spec:
  chartRef:
    kind: OCIRepository
    name: web
  values:
    image:
      repository: ghcr.io/acme/web
      tag: "1.10"
```

### References

- [Helm: quote strings, do not quote integers](https://helm.sh/docs/chart_best_practices/values/#make-types-clear)
- [contiv/vpp#1391](https://github.com/contiv/vpp/issues/1391), [fission/fission#1095](https://github.com/fission/fission/issues/1095)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.linting.finding import Confidence, Severity, Subject
from imagelint.linting.prediction import Prediction, WaitingReason
from imagelint.linting.rule import Rule
from imagelint.text.places import Place
from imagelint.text.trace import Part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.index.index import Index
    from imagelint.linting.finding import Finding


def check(index: Index) -> Iterator[Finding]:
    """Every tag that templates print as another text."""
    for pod in index.pods:
        for container in pod.spec.containers:
            value = container.value
            if value is None or value.tag is None or value.printed_tag is None:
                continue
            yield RULE.finding(
                Place(pod.source, value.tag.span),
                f"YAML does not read the tag `{value.tag.value}` as text: the chart gets `{value.printed_tag}`",
                Subject(pod.resource, image=value.image, key=value.key),
                help=f'write the tag in quotes: "{value.tag.value}"',
            )


RULE = Rule(
    __name__,
    Severity.WARNING,
    check,
    prediction=Prediction(WaitingReason.ERR_IMAGE_PULL),
    confidence=Confidence.LIKELY,
    part=Part.TAG,
)
