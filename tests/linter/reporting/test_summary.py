"""The summary is a sentence that a person would read aloud."""

from __future__ import annotations

import pytest

from imagelint.linting.report import Report
from imagelint.reporting.summary import summary
from support import lint, read_texts

POD = "apiVersion: v1\nkind: Pod\nmetadata: {{name: {}}}\nspec:\n  containers: [{}]\n"
CANNOT, MOVING = "{name: a, image: UPPER}", "{name: b, image: quay.io/acme/app:latest}"
MAY_NOT = "{name: c, image: quay.io/acme/app:1, imagePullPolicy: Never}"
ENDS = "{name: d, image: registry.istio.io/release/pilot:1.28.0}"


def sentence(*pods: str) -> str:
    """The summary of pods, each with the containers that are given."""
    texts = {f"{number}.yaml": POD.format(f"p{number}", containers) for number, containers in enumerate(pods)}
    return summary(Report(lint(texts), read_texts(texts)))


@pytest.mark.parametrize(
    ("pods", "start"),
    [
        ([CANNOT], "1 workload cannot start: 1 error in 1 file"),
        ([CANNOT, CANNOT, MOVING], "2 workloads cannot start, 1 uses a mutable tag: 2 errors, 1 warning"),
        ([MAY_NOT, CANNOT], "1 workload cannot start, 1 may not start: 1 error, 1 warning in 2 files"),
        ([ENDS, ENDS], "2 workloads may fail at a later pull: 2 warnings in 2 files"),
        ([f"{CANNOT}, {MOVING}, {CANNOT}"], "1 workload cannot start: 2 errors, 1 warning in 1 file"),
        (["{name: a, image: quay.io/acme/app:1}"], "no findings (1 file and 1 object read)"),
    ],
)
def test_each_pod_counts_once_for_the_worst(pods: list[str], start: str) -> None:
    assert sentence(*pods).startswith(start)


def test_findings_outside_of_pods_are_counted_without_them() -> None:
    broken = "apiVersion: v1\nkind: Pod\nimage: [\n"
    assert summary(Report(lint(broken), read_texts({"input.yaml": broken}))).startswith("1 error in 1 file")


CONFIG_MAP = (
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  x: |\n    containers: [{name: a, image: UP}]\n"
)
REPOSITORY = """
apiVersion: source.toolkit.fluxcd.io/v1
kind: OCIRepository
metadata: {name: a, namespace: b}
spec: {url: "oci://ghcr.io/acme/a", ref: {tag: "1"}, secretRef: {name: none}}
"""


@pytest.mark.parametrize(("text", "start"), [(CONFIG_MAP, "1 error"), (REPOSITORY, "1 warning")])
def test_what_makes_no_pods_is_not_a_workload(text: str, start: str) -> None:
    assert summary(Report(lint(text), read_texts({"input.yaml": text}))).startswith(start)


def test_a_controller_that_fetches_waits_for_nothing() -> None:
    (finding,) = lint(REPOSITORY)
    assert (finding.rule, finding.prediction) == ("pull-secret-undefined", None)
