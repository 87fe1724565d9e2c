"""A file that cannot be parsed is one finding, however many list it; what else kustomize refuses is another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kustomizations import write
from support import report_on

if TYPE_CHECKING:
    from pathlib import Path

    from imagelint.linting.finding import Finding

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: nginx:1.29}]}\n"
BROKEN = POD.replace("]}", "")
NBSP = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n\xa0\xa0namespace: b\n  labels: {}\n"


def findings(folder: Path, files: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> list[Finding]:
    (folder / ".git").mkdir()
    write(folder, files)
    monkeypatch.chdir(folder)
    return list(report_on(".").findings)


@pytest.mark.parametrize(
    ("files", "path", "related"),
    [
        ({"kustomization.yaml": "resources: [pod.yaml]\n", "pod.yaml": BROKEN}, "pod.yaml", ["kustomization.yaml"]),
        (
            {
                "base/kustomization.yaml": "resources: [a.yaml]\n",
                "base/a.yaml": f"{POD}---\n{NBSP}",
                "prod/kustomization.yaml": "resources: [../base]\n",
                "test/kustomization.yaml": "resources: [../base]\n",
            },
            "base/a.yaml",
            ["prod/kustomization.yaml", "test/kustomization.yaml"],
        ),
        ({"kustomization.yaml": "resources: [pod.yaml]\nimages: [\n", "pod.yaml": POD}, "kustomization.yaml", []),
    ],
    ids=["a file", "a document of a base", "the kustomization"],
)
def test_a_syntax_fault_is_reported_once(
    tmp_path: Path, files: dict[str, str], path: str, related: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (finding,) = findings(tmp_path, files, monkeypatch)
    assert (finding.rule, finding.place.source.path) == ("syntax-error", path)
    assert [one.place.source.path for one in finding.related] == related


def test_other_documents_and_refusals_are_reported_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A document that is not an object of Kubernetes is one for kustomize; and an absent file is another defect."""
    files = {"kustomization.yaml": "resources: [pod.yaml, absent.yaml]\n", "pod.yaml": f"{BROKEN}---\na: ]\n"}
    found = sorted((one.rule, one.place.source.path) for one in findings(tmp_path, files, monkeypatch))
    assert found == [
        ("kustomize-refuses", "kustomization.yaml"),
        ("kustomize-refuses", "pod.yaml"),
        ("syntax-error", "pod.yaml"),
    ]
