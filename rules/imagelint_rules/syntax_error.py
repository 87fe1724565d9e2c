"""YAML that does not parse, or input that cannot be read.

### What it does

Reports documents that look like Kubernetes objects but are not valid YAML, lists that kubectl cannot read, files that
are not text, and excessive nesting or aliasing. The other documents of the file are still checked.

### Why is this bad?

`kubectl apply` rejects the file, and imagelint cannot check the document.

### Example

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: {registry}/web:1.0  # error: syntax-error
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
```

### References

- [YAML 1.2.2](https://yaml.org/spec/1.2.2/)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.linting.finding import Confidence, Severity, Subject
from imagelint.linting.rule import Rule
from imagelint.text.places import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.index.index import Index
    from imagelint.linting.finding import Finding

_HINTS = {
    "found character '\\t'": "replace the tab: YAML is indented with spaces",
    "expected <block end>": "check the indentation of the lines above, and quote values that start with `{` or `[`",
    "mapping values are not allowed": "quote values that contain `: `, and check the indentation",
    "cannot start any token": "quote the value: it cannot start with this character",
    "undefined alias": "define the anchor (`&name`) above the alias, in the same document",
}


def check(index: Index) -> Iterator[Finding]:
    """Every problem found while reading the files."""
    for source in index.judged:
        for problem in index.files[source].problems:
            hint = next((text for start, text in _HINTS.items() if start in problem.message), None)
            yield RULE.finding(
                Place(source, problem.place),
                problem.message,
                Subject(document=problem.document),
                help=hint,
                confidence=Confidence.LIKELY if problem.is_placeholder else None,
            )


RULE = Rule(__name__, Severity.ERROR, check)
