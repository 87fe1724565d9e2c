"""Service accounts that the values of a chart name, and that the chart does not create."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from linter.sources.charts import HELMS, chart, needs_helm, path_with, reported, write

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = needs_helm

VALUES = """\
image: {registry: ghcr.io, repository: acme/c, tag: v1}
serviceAccount: {create: true, name: web-irsa}
runAs: web-irsa
jobs: [{account: web-irsa}]
"""
HELPER = '{{- define "shop.account" -}}{{ default "shop" .Values.serviceAccount.name }}{{- end -}}\n'
ACCOUNT = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: %s}\n"
SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: shop}\nspec: {ports: [{port: 80}]}\n"


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository, as the working folder."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", path_with(HELMS[-1]))
    return tmp_path


def severities(tree: Path, field: str, *, values: str = VALUES, **others: str) -> list[str]:
    """Of the findings about the account of a pod with a field."""
    write(tree, chart("shop", values=values))
    pod = (tree / "shop/templates/pod.yaml").read_text(encoding="utf-8")
    more = {f"shop/templates/{name}.yaml": text for name, text in others.items()}
    helpers = {"shop/templates/_helpers.tpl": HELPER, "shop/templates/service.yaml": SERVICE}
    write(tree, {"shop/templates/pod.yaml": pod.replace("spec:\n", f"spec:\n  {field}\n"), **helpers, **more})
    return [str(one.severity) for one in reported() if one.rule == "service-account-undefined"]


@pytest.mark.parametrize(
    ("field", "severity"),
    [
        ("serviceAccountName: {{ .Values.serviceAccount.name }}", "info"),
        ("serviceAccountName: '{{ $.Values.runAs }}'", "info"),
        ("serviceAccountName: {{ .Values.runAs | default `web` | quote }} # of Terraform", "info"),
        ("{{- with .Values.runAs }}\n  serviceAccountName: {{ . }}\n  {{- end }}", "info"),
        ("{{- range .Values.jobs }}\n  serviceAccountName: {{ .account }}\n  {{- end }}", "info"),
        ("serviceAccountName: web-irsa", "error"),
        ("serviceAccountName: {{ .Values.missing | default `web` }}", "error"),
        ("serviceAccountName: {{ .Values.serviceAccount.name }}-runner", "error"),
        ('serviceAccountName: {{ include "shop.account" . }}', "error"),
        ('serviceAccountName: {{ printf "%s" .Release.Name }}', "error"),
    ],
)
def test_an_account_that_a_value_names(field: str, severity: str, tree: Path) -> None:
    assert severities(tree, field) == [severity]


def test_an_account_that_values_say_exists(tree: Path) -> None:
    values = VALUES.replace("create: true", "create: false")
    assert severities(tree, 'serviceAccountName: {{ include "shop.account" . }}', values=values) == ["info"]


@pytest.mark.parametrize(
    ("created", "expected"), [("web-irsa", []), ("shop", ["error"]), ("{{ .Values.runAs }}", []), ("job", ["info"])]
)
def test_accounts_that_the_chart_creates(created: str, expected: list[str], tree: Path) -> None:
    """One that no pod uses is meant for the pod without one."""
    job = (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: job}\n"
        "spec: {serviceAccountName: job, containers: [{name: job, image: 'ghcr.io/acme/c:v1'}]}\n"
    )
    others = {"account": ACCOUNT % created, **({"job": job} if created == "job" else {})}
    assert severities(tree, "serviceAccountName: {{ .Values.runAs }}", **others) == expected


@pytest.mark.parametrize(
    ("metadata", "severity"),
    [
        ("metadata: {name: shop, namespace: kube-system}", "warning"),
        ("metadata: {name: shop, namespace: monitoring}", "warning"),
        ("metadata:\n  name: shop\n  namespace: {{ .Release.Namespace }}", "error"),
    ],
)
def test_an_account_in_a_namespace_that_is_not_of_the_release(metadata: str, severity: str, tree: Path) -> None:
    pod = f"apiVersion: v1\nkind: Pod\n{metadata}\nspec:\n  serviceAccountName: web\n"
    hook = f"{pod}  containers: [{{name: hook, image: 'ghcr.io/acme/c:v1'}}]\n"
    assert severities(tree, "restartPolicy: Never", hook=hook) == [severity]
