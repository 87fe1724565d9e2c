"""Pull secrets that a chart names: whoever installs it may create them, unless the input does both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from linter.sources.charts import HELMS, needs_helm, path_with, write
from support import imagelint

if TYPE_CHECKING:
    from pathlib import Path

CHART = "apiVersion: v2\nname: shop\nversion: 1.0.0\n"
POD = """\
apiVersion: v1
kind: Pod
metadata: {{name: shop}}
spec:
  imagePullSecrets:
    {secrets}
  containers:
    - {{name: shop, image: registry.acme.example/shop:1.4}}
"""
OF_VALUES = POD.format(secrets="{{- toYaml .Values.imagePullSecrets | nindent 4 }}")
OF_TEMPLATE = POD.format(secrets='- name: "{{ .Release.Name }}-regcred"')
VALUES = "imagePullSecrets:\n  - name: regcred\n"
SECRET = """\
apiVersion: v1
kind: Secret
metadata: {name: %s}
type: kubernetes.io/dockerconfigjson
stringData: {.dockerconfigjson: '{"auths": {"%s": {"auth": "YTpi"}}}'}
"""
FLUX = """\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: shop, namespace: prod}
spec:
  chart: {spec: {chart: ./shop, sourceRef: {kind: GitRepository, name: flux-system}}}
"""
ARGO = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop, namespace: argocd}
spec:
  source: {repoURL: https://github.com/acme/ops, path: shop}
  destination: {namespace: prod, server: https://kubernetes.default.svc}
"""
OF_UNKNOWN_VALUES = FLUX + "  valuesFrom: [{kind: ConfigMap, name: not-here}]\n"
HELMFILE = "releases:\n  - {name: shop, namespace: prod, chart: ./shop}\n"


def severities(tree: Path, helm: str, template: str, **others: str) -> list[tuple[str, bool]]:
    """The severity of each finding, and whether it says that it is left to whoever installs the chart."""
    write(tree, {"shop/Chart.yaml": CHART, "shop/values.yaml": VALUES, "shop/templates/pod.yaml": template, **others})
    arguments = ("--isolated", "--format=concise", "--select=pull-secret-undefined", ".")
    lines = imagelint(*arguments, cwd=tree, PATH=path_with(helm)).stdout.splitlines()
    found = [line for line in lines if "[pull-secret-undefined" in line]
    return [(line.partition("[")[0].rpartition(" ")[2], "left to whoever installs the chart" in line) for line in found]


@needs_helm
@pytest.mark.parametrize("helm", HELMS)
@pytest.mark.parametrize("template", [OF_VALUES, OF_TEMPLATE])
def test_nothing_installs_the_chart(helm: str, template: str, tmp_path: Path) -> None:
    assert severities(tmp_path, helm, template) == [("info", True)]


@needs_helm
@pytest.mark.parametrize("helm", HELMS)
@pytest.mark.parametrize("secret", [("regcreds", "ghcr.io"), ("acme", "registry.acme.example")])
def test_the_chart_makes_a_secret_that_was_meant(helm: str, secret: tuple[str, str], tmp_path: Path) -> None:
    others = {"shop/templates/secret.yaml": SECRET % secret}
    assert severities(tmp_path, helm, OF_VALUES, **others) == [("warning", False)]


@needs_helm
@pytest.mark.parametrize("helm", HELMS)
@pytest.mark.parametrize(
    ("path", "text"),
    [("release.yaml", FLUX), ("release.yaml", OF_UNKNOWN_VALUES), ("app.yaml", ARGO), ("helmfile.yaml", HELMFILE)],
)
def test_something_installs_the_chart(helm: str, path: str, text: str, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    assert severities(tmp_path, helm, OF_VALUES, **{path: text}) == [("warning", False)]


ACCOUNTS = OF_VALUES.replace("spec:\n", "spec:\n  serviceAccountName: web\n") + (
    "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
)


@needs_helm
@pytest.mark.parametrize("helm", HELMS)
@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("setup.sh", "kubectl create secret docker-registry regcred -n prod\n", "info"),
        ("docs/install/README.md", "First create the secret `regcred`.\n", "info"),
        ("setup.sh", "kubectl create secret docker-registry regcred -n staging\n", "warning"),
        ("setup.sh", "kubectl create secret docker-registry regcreds -n prod\n", "warning"),
    ],
)
def test_scripts_create_what_an_installed_chart_names(
    helm: str, path: str, text: str, expected: str, tmp_path: Path
) -> None:
    found = severities(tmp_path, helm, OF_VALUES, **{"release.yaml": FLUX, path: text})
    assert found == [(expected, False)]


@needs_helm
@pytest.mark.parametrize("helm", HELMS)
@pytest.mark.parametrize(("name", "expected"), [("web", "info"), ("webs", "error")])
def test_scripts_create_the_account_that_a_chart_names(helm: str, name: str, expected: str, tmp_path: Path) -> None:
    write(tmp_path, {"shop/Chart.yaml": CHART, "shop/values.yaml": VALUES, "shop/templates/pod.yaml": ACCOUNTS})
    write(tmp_path, {"shop/templates/other.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n"})
    write(tmp_path, {"setup.sh": f"eksctl create iamserviceaccount --name {name} --namespace prod\n"})
    arguments = ("--isolated", "--format=concise", "--select=service-account-undefined", ".")
    assert f"{expected}[service-account-undefined]" in imagelint(*arguments, cwd=tmp_path, PATH=path_with(helm)).stdout
