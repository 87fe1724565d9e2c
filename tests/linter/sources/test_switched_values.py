"""Images of what a values file switches off, where its chart is somewhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from imagelint.session import Request, Session
from imagelint.world.world import World
from support import TODAY, judge

WEBHOOK = "admissionWebhook:\n  create: false\n  jobImage: bitnami/kubectl:latest\n"
METRICS = """\
web:
  metrics:
    enabled: false
    exporter:
      image: {repository: quay.io/acme/exporter, tag: latest}
"""
WHOLE = "metrics:\n  image: quay.io/acme/exporter:latest\n  enabled: False # by default\n"
APPLICATION = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: web}
spec:
  source:
    repoURL: https://charts.acme.example
    chart: web
    helm: {parameters: [{name: web.metrics.enabled, value: 'true'}]}
"""
MODULE = 'set {\n  name  = "web.metrics.enabled"\n  value = true\n}\n'


@pytest.fixture(autouse=True)
def _in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def severities(values: str, **others: str) -> list[str]:
    for path, text in {"values-web.yaml": values, **others}.items():
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text(text, encoding="utf-8")
    findings = judge(Session().read(Request(["."])), World(today=TODAY)).findings
    return [str(finding.severity) for finding in findings]


@pytest.mark.parametrize(
    ("values", "severity"),
    [
        ("testFramework:\n  image: {repository: quay.io/acme/bats, tag: latest}\n", "info"),
        ("chartTests:\n  upgrade:\n    image: quay.io/acme/bats:latest\n", "info"),
        ("web:\n  tests: {image: {registry: quay.io, repository: acme/bats, tag: latest}}\n", "info"),
        ("test:\n  image: quay.io/acme/bats:latest\n", "info"),
        ("test:\n  image: quay.io/acme/web:latest\nprod:\n  image: quay.io/acme/web:v1\n", "warning"),
        ("latest:\n  image: quay.io/acme/web:latest\n", "warning"),
        ("tested: {}\nimage: {repository: quay.io/acme/web, tag: latest}\n", "warning"),
    ],
)
def test_images_of_helm_test_are_infos(values: str, severity: str) -> None:
    assert severities(values) == [severity]


@pytest.mark.parametrize("values", [WEBHOOK, METRICS, WHOLE], ids=["create", "around", "whole"])
def test_what_is_switched_off_is_an_info(values: str) -> None:
    assert severities(values) == ["info"]
    assert severities(values.replace("false", "true").replace("False", "true")) == ["warning"]


@pytest.mark.parametrize(
    "values",
    [
        "enabled: false\nimage: {repository: quay.io/acme/web, tag: latest}\n",
        "global:\n  enabled: false\n  image: {repository: quay.io/acme/web, tag: latest}\n",
        "web:\n  enabled: 'false'\n  image: {repository: quay.io/acme/web, tag: latest}\n",
        "web:\n  metrics: {enabled: false}\n  image: {repository: quay.io/acme/web, tag: latest}\n",
        "web:\n  isEnabled: false\n  image: {repository: quay.io/acme/web, tag: latest}\n",
        "jobs:\n- enabled: false\n  image: {repository: quay.io/acme/web, tag: latest}\n",
    ],
    ids=["root", "global", "text", "beside", "other key", "list"],
)
def test_what_may_be_on(values: str) -> None:
    assert severities(values) == ["warning"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("prod/values.yaml", "web: {metrics: {enabled: true}}\n"),
        ("apps/web.yaml", APPLICATION),
        ("deploy.sh", "helm upgrade --install web acme/web --set web.metrics.enabled=true,web.a=b\n"),
        ("README.md", "Run `helm upgrade web acme/web --set-string web.metrics.enabled=true`.\n"),
        ("web.tf", MODULE),
        ("Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n"),
    ],
    ids=["values", "parameters", "script", "text", "Terraform", "chart"],
)
def test_something_turns_it_on(path: str, text: str) -> None:
    assert severities(METRICS, **{path: text}) == ["warning"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("prod/values.yaml", "web: {metrics: {enabled: false}}\nmetrics: {enabled: true}\n"),
        ("apps/web.yaml", APPLICATION.replace("metrics", "tracing")),
        ("deploy.sh", "helm upgrade --install web acme/web --set web.metrics.enabled=false\n"),
        ("web.tf", MODULE.replace("metrics", "tracing")),
    ],
    ids=["values", "parameters", "script", "Terraform"],
)
def test_something_else_is_turned_on(path: str, text: str) -> None:
    assert severities(METRICS, **{path: text}) == ["info"]


def test_the_message_says_what_switches_it_off() -> None:
    Path("values-web.yaml").write_text(METRICS, encoding="utf-8")
    (finding,) = judge(Session().read(Request(["."])), World(today=TODAY)).findings
    assert finding.help is not None
    assert finding.help.startswith("`web.metrics.enabled` is false, so the chart should not use it; else pin")
