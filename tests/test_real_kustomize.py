"""The comparison with the real kustomize notices differences, reduces them, and finds its cases."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from conformity.comparison import run_cases
from conformity.recording import recorded
from real_kustomize.question import KUSTOMIZATIONS
from real_kustomize.repositories import repositories, roots
from real_kustomize.rows import Row, difference, in_common, read_rows
from real_kustomize.trees import random_trees
from real_kustomize.upstream import upstream_cases
from test_conformity import RECORDED

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from conformity.question import Answer, Case

WEB = """\
apiVersion: v1
kind: ServiceAccount
metadata: {name: default}
imagePullSecrets: [{name: regcred}]
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers: [{name: main, image: nginx}]
"""
ROWS = [
    Row("Pod", "web", ""),
    Row("Pod", "web", "", "spec.containers", "main", "nginx", ("regcred",)),
    Row("ServiceAccount", "default", ""),
]


def test_rows_have_the_pull_secrets_of_the_account() -> None:
    assert read_rows(WEB.encode()) == ROWS


def test_a_changed_row_is_named_by_its_field() -> None:
    other = [ROWS[0], ROWS[1]._replace(image="nginx:1.25"), ROWS[2]]
    assert difference(ROWS, ROWS) is None
    assert difference(other, ROWS) == "another image of a container of Pod"
    assert difference(ROWS[:2], ROWS) == "only there: ServiceAccount"
    assert difference(ROWS, ROWS[:2]) == "only here: ServiceAccount"
    assert in_common(other, ROWS) == 0
    assert in_common(ROWS, ROWS) == 1


class Wrong:
    """Knows one image better than kustomize does."""

    def ask(self, cases: Sequence[Case], /) -> list[Answer]:
        return [self._answer(case["files"]) for case in cases]

    def _answer(self, files: dict[str, str]) -> Answer:
        if "images:" not in files.get("kustomization.yaml", "") or "web.yaml" not in files:
            return {"refused": "no images"}
        return {"rows": [[*row._replace(image="other")] if row.path else [*row] for row in ROWS]}


def test_a_difference_is_reduced_to_what_it_needs() -> None:
    kustomization = "resources:\n- web.yaml\nimages:\n- name: busybox\n  newTag: '1'\ncommonLabels:\n  a: b\n"
    files = {"kustomization.yaml": kustomization, "web.yaml": WEB, "a.txt": "x"}
    result = run_cases(Wrong(), KUSTOMIZATIONS, [{"op": "kustomize", "files": files, "root": "."}], 60)
    assert [found.difference.label for found in result.classes] == ["another image of a container of Pod"]
    reduced = result.classes[0].example["files"]
    assert [*reduced] == ["kustomization.yaml", "web.yaml"]
    assert "commonLabels" not in reduced["kustomization.yaml"]


def test_one_seed_makes_the_same_trees() -> None:
    first, second = ([*random_trees(random.Random("seed"), 20)] for _ in range(2))
    assert first == second
    assert len(first) == 20


def test_trees_have_every_field() -> None:
    text = "".join(text for case in random_trees(random.Random(1), 600) for text in case["files"].values())
    fields = (
        *("resources", "bases", "components", "patches", "patchesStrategicMerge", "patchesJson6902", "namespace"),
        *("namePrefix", "nameSuffix", "images", "replacements", "vars", "configurations", "configMapGenerator"),
        *("secretGenerator", "generatorOptions", "labels", "commonLabels", "commonAnnotations", "replicas"),
        *("transformers", "generators", "tagSuffix", "digest", "$patch", "op", "labelSelector", "annotationSelector"),
        *("crds", "openapi"),
    )
    assert [field for field in fields if field not in text] == []


def test_recorded_trees_are_built_and_refused() -> None:
    answers = [answer for _, answer in recorded(RECORDED, KUSTOMIZATIONS)]
    assert sum("rows" in answer for answer in answers) > 150
    assert sum("refused" in answer for answer in answers) > 50


GO = """\
func writeBase(th kusttest_test.Harness) {
	th.WriteK("base", `
resources:
- pod.yaml
`)
	th.WriteF("base/pod.yaml", `kind: Pod
`)
}

func TestOverlay(t *testing.T) {
	th := kusttest_test.MakeHarness(t)
	writeBase(th)
	th.WriteC("/app/part", `namePrefix: a-
`)
	m := th.Run("base", th.MakeDefaultOptions())
	err := th.RunWithErr("/app/part", th.MakeDefaultOptions())
}
"""


def test_cases_of_upstream_are_read_from_go(tmp_path: Path) -> None:
    (tmp_path / "overlay_test.go").write_text(GO, encoding="utf-8")
    first, second = upstream_cases(tmp_path)
    assert (first["root"], second["root"]) == ("base", "app/part")
    assert [*first["files"]] == ["base/kustomization.yaml", "base/pod.yaml", "app/part/kustomization.yaml"]
    assert "kind: Component\nnamePrefix: a-\n" in first["files"]["app/part/kustomization.yaml"]


def test_the_roots_of_repositories_are_found(tmp_path: Path) -> None:
    for folder in ("one/base", "two/.git", "two/x"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "kustomization.yml").touch()
    assert [path.name for path in repositories(tmp_path)] == ["one", "two"]
    assert repositories(tmp_path / "two") == [tmp_path / "two"]
    assert [case["root"] for case in roots(tmp_path / "two")] == ["x"]
