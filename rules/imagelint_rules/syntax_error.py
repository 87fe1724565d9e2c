"""YAML that does not parse, or input that cannot be read.

### What it does

Reports a document that looks like a Kubernetes object and is not YAML, a file that is not text, and nesting or
aliasing beyond any real use. The other documents of the file are still checked.

### Why is this bad?

`kubectl apply` refuses the file, and nothing in it can be checked.

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

from imagelint.linting.finding import Severity, Subject
from imagelint.linting.rule import Rule
from imagelint.text.places import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.index.index import Index
    from imagelint.linting.finding import Finding

_HINTS = {
    "found character '\\t'": "YAML is indented with spaces: replace the tab",
    "expected <block end>": "a line above is indented differently, or a value that starts with `{` or `[` lacks quotes",
    "mapping values are not allowed": "quote a value that holds `: `, and check the indentation",
    "cannot start any token": "quote a value that starts with this character",
    "undefined alias": "an alias only reaches an anchor (`&name`) further up in the same document",
}


def check(index: Index) -> Iterator[Finding]:
    """Every problem that reading the files met."""
    for source, facts in index.files.items():
        for problem in facts.problems:
            hint = next((text for start, text in _HINTS.items() if start in problem.message), None)
            yield RULE.finding(
                Place(source, problem.place), problem.message, Subject(document=problem.document), help=hint
            )


RULE = Rule(__name__, Severity.ERROR, check)
