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

from imagelint.facts.purposes import TESTS
from imagelint.linting.finding import Confidence, Severity, Subject
from imagelint.linting.rule import Rule
from imagelint.text.places import Place, Related, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.index.index import Index
    from imagelint.linting.finding import Finding
    from imagelint.text.places import SourceId

_FILE_START = Span(1, 1, 1, 1)
# Of kustomizations with a file that cannot be parsed.
_MOST_PLACES = 10
_UNCLOSED = "a list or mapping in brackets is not closed, or a comma is missing"
_CLOSE = "close the bracket, or quote the value if it is text that starts with `{` or `[`"
# What a message of the parser means, and what to do.
_MEANINGS = {
    "found character '\\t'": ("a tab is used for indentation", "replace the tab: YAML is indented with spaces"),
    " is indented with ": ("", "replace it with spaces"),
    " where YAML needs a space": ("", "replace it with a space"),
    "expected <block end>": (
        "the indentation or a value does not fit the lines above",
        "check the indentation of the lines above, and quote values that start with `{` or `[`",
    ),
    "mapping values are not allowed": (
        "a second `: ` in one line, or a key that is indented too far",
        "quote values that contain `: `, and check the indentation",
    ),
    "cannot start any token": (
        "a value starts with a character that has to be quoted",
        "quote the value: it cannot start with this character",
    ),
    "expected the node content": (_UNCLOSED, _CLOSE),
    "expected ',' or": (_UNCLOSED, _CLOSE),
    "could not find expected ':'": ("a key has no `:` after it", "add the `:`, or indent the text below its key"),
    "found unexpected end of stream": ("a quote is not closed", "close the quote"),
    "found unexpected document separator": ("a quote is not closed", "close the quote"),
    "undefined alias": ("", "define the anchor (`&name`) above the alias, in the same document"),
}


def check(index: Index) -> Iterator[Finding]:
    """Every problem found while reading the files."""
    problems = [(source, problem) for source in index.judged for problem in index.files[source].problems]
    kustomizations = _kustomizations(index) if problems else {}
    for source, problem in problems:
        found = (meaning for part, meaning in _MEANINGS.items() if part in problem.message)
        meaning, remedy = next(found, ("", None))
        yield RULE.finding(
            Place(source, problem.place),
            f"{meaning} ({problem.message})" if meaning else problem.message,
            Subject(document=problem.document),
            help=remedy,
            related=sorted(kustomizations.get((source, problem.document), ()))[:_MOST_PLACES],
            confidence=Confidence.LIKELY if problem.is_placeholder else None,
        )


def _kustomizations(index: Index) -> dict[tuple[SourceId, int | None], set[Related]]:
    """The kustomizations that are not built, by the documents that cannot be parsed."""
    found: dict[tuple[SourceId, int | None], set[Related]] = {}
    for unit, facts in index.files.items():
        kustomization = Place(unit._replace(part=""), _FILE_START)
        for remark in facts.refusals if kustomization.source in index.files else ():
            if remark.document is not None and remark.place.source != kustomization.source:
                where = found.setdefault((remark.place.source, remark.document), set())
                where.add(Related(kustomization, "kustomize refuses to build this because of it"))
    return found


# Tests have files that are wrong on purpose.
RULE = Rule(__name__, Severity.ERROR, check, info_in=frozenset({TESTS}), is_about_file=True)
