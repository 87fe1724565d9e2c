"""A kustomization that `kustomize build` refuses, so that nothing of it is deployed.

### What it does

Builds each kustomization as kustomize does, and reports where kustomize stops: a file or base that does not exist or
is outside the repository, a cycle, two objects with one name, a patch without its object, an operation of a JSON patch
on a path that is not there. An empty kustomization is reported if Flux or Argo CD deploys its folder, if another one
lists it, or if there are manifests beside it; one with nothing but its type is an info otherwise.

### Why is this bad?

`kubectl apply -k`, Flux and Argo CD deploy nothing of an overlay that does not build: the cluster keeps what was
deployed before, or stays empty.

A document that cannot be parsed is reported by `syntax-error` alone, with the kustomizations that need it.

What can be built without the part that is refused is linted nevertheless. Kustomize stops at the first refusal: a patch
without its object is reported only if nothing else is missing that the object may be in.

A file outside of the folder of its kustomization is an info, since whoever deploys such an overlay passes
`--load-restrictor LoadRestrictionsNone`. Flux always does, and what it deploys is not reported.

### How often is it right?

It is compared with kustomize itself, on generated trees and on repositories. Of 64 findings in complete repositories 41
were right; the others were files that a script copies or makes, what nothing builds, and overlays that kustomize builds
after all, which are infos now or not reported any more. A missing file that `.gitignore` keeps out of the repository is
only noted, as it is made where the overlay is built. In a folder without a kustomization one that only has to be copied
(`kustomization.yaml.in`, without placeholders) is built as it is. A missing file is an info if something writes it
before the build: a script or a text of the repository that names it, a script that copies the folder of the
kustomization or one to where the file is, what renders a template beside it (`config.yaml.in`), controller-gen,
`flux bootstrap` (`gotk-components.yaml`, `gotk-sync.yaml`), or people who do not commit a `secret.yaml`; in tests and
in folders that are copied, such as `templates`; and where nothing deploys what does not build, or names it beside
folders that Flux or Argo CD deploys (`docs/command-line.md`). For another one that a pipeline writes, run imagelint
there, or suppress the finding.

### Example

```yaml
# kustomization.yaml
resources:
  - deployment.yaml
patches:
  - path: replicas.yaml  # the file does not exist
```

### Use instead

```yaml
# kustomization.yaml
resources:
  - deployment.yaml
```

### References

- `docs/deployed.md`
- [Kustomize: the kustomization file](https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.facts.purposes import SCAFFOLDS, TESTS, UNBUILT, UNLISTED
from imagelint.linting.finding import Severity
from imagelint.linting.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.facts.unit import Remark
    from imagelint.index.index import Index
    from imagelint.linting.finding import Finding


def check(index: Index) -> Iterator[Finding]:
    """Every place where kustomize refuses to build what is deployed."""
    for source, facts in index.files.items():
        if facts.refusals:
            from imagelint_rules.remarks import findings_of

            refusals = [_at_problem(remark, index) for remark in facts.refusals]
            yield from findings_of(RULE, source, refusals, "kustomize refuses this: {}")


def _at_problem(remark: Remark, index: Index) -> Remark:
    """A document that cannot be parsed, at the place where `syntax-error` reports that."""
    facts = index.files.get(remark.place.source) if remark.document is not None else None
    problems = facts.problems if facts is not None else ()
    spans = (problem.place for problem in problems if problem.document == remark.document)
    span = next(spans, remark.place.span)
    return remark._replace(place=remark.place._replace(span=span))


RULE = Rule(
    __name__,
    Severity.ERROR,
    check,
    across_files=True,
    # Templates are copied to where their bases are, tests write what they build, and nobody builds what is not listed.
    info_in=frozenset({SCAFFOLDS, TESTS, UNLISTED, UNBUILT}),
    unless_found_by=frozenset({"syntax-error"}),
)
