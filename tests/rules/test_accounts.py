"""An account that no file defines: how bad that is depends on what the files show."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from manifests import account, pod, stream
from support import lint, report_on

if TYPE_CHECKING:
    from pathlib import Path

_POD = pod("quay.io/acme/web:1")
WEB = {**_POD, "spec": {**_POD["spec"], "serviceAccountName": "web"}}


def rendered(*documents: tuple[str, dict[str, Any]]) -> str:
    """Objects as `helm template` writes them, with the template of each."""
    return "".join(f"---\n# Source: {template}\n{json.dumps(item)}\n" for template, item in documents)


def service(name: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": {}}


DEPLOYED, SERVED = ("web/templates/pod.yaml", WEB), ("web/templates/service.yaml", service("web"))


@pytest.mark.parametrize(
    ("documents", "severities"),
    [
        ([DEPLOYED, SERVED], ["error"]),
        ([DEPLOYED, SERVED, ("web/templates/sa.yaml", account("other"))], ["error"]),
        ([DEPLOYED, SERVED, ("web/templates/sa.yaml", account("web"))], []),
        ([DEPLOYED, SERVED, ("common/templates/sa.yaml", account("web"))], []),
        ([DEPLOYED], ["info"]),
        ([DEPLOYED, ("other/templates/service.yaml", service("other"))], ["info"]),
    ],
)
def test_the_output_of_a_chart_is_complete(documents: list[tuple[str, dict[str, Any]]], severities: list[str]) -> None:
    found = [finding for finding in lint(rendered(*documents)) if finding.rule == "service-account-undefined"]
    assert [finding.severity for finding in found] == severities
    assert all(finding.confidence != "certain" for finding in found)
    is_in_chart = [(finding.help or "").startswith("add a template of the ServiceAccount") for finding in found]
    assert is_in_chart == [severity == "error" for severity in severities]


@pytest.mark.parametrize(
    ("defined", "release"),
    [
        ("release-name-web", "shop"),
        ("team-release-name-web", None),
        ("shop-release-name", "web"),
        ("release-name", None),
        ("release-name-api", None),
    ],
)
def test_a_chart_may_create_it_in_a_release_of_another_name(defined: str, release: str | None) -> None:
    asking = {**WEB, "spec": {**WEB["spec"], "serviceAccountName": "shop-web"}}
    documents = (("shop/templates/pod.yaml", asking), SERVED, ("shop/templates/sa.yaml", account(defined)))
    (found,) = [one for one in lint(rendered(*documents)) if one.rule == "service-account-undefined"]
    assert found.severity == ("error" if release is None else "info")
    assert release is None or f"creates it in a release called `{release}` only" in found.message


def test_what_nobody_rendered_may_have_its_account_elsewhere() -> None:
    assert [finding.severity for finding in lint(json.dumps(WEB))] == ["info"]


RELEASE = """\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: rook, namespace: shop}
spec: {chart: {spec: {chart: rook, sourceRef: {kind: HelmRepository, name: rook}}}}
"""
APPLICATION = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: rook, namespace: argocd}
spec: {source: {repoURL: "https://charts.example", chart: rook, targetRevision: 1.0.0}}
"""


@pytest.mark.parametrize(
    ("kustomization", "others", "severities"),
    [
        ({"resources": ["web.json"]}, {}, ["error"]),
        (
            {"resources": ["../base"], "namespace": "shop"},
            {"base/kustomization.yaml": "resources: [web.json]"},
            ["error"],
        ),
        ({"resources": ["web.json", "account.json"]}, {"app/account.json": json.dumps(account("web"))}, []),
        ({"resources": ["web.json"]}, {"elsewhere/account.json": json.dumps(account("web"))}, []),
        ({"resources": ["web.json", "https://github.com/acme/base//deploy?ref=v1"]}, {}, ["info"]),
        # The chart of a release may create it.
        ({"resources": ["web.json", "release.yaml"]}, {"app/release.yaml": RELEASE}, ["info"]),
        ({"resources": ["web.json", "app.yaml"]}, {"app/app.yaml": APPLICATION}, ["info"]),
        ({"resources": ["web.json"]}, {"other/release.yaml": RELEASE}, ["error"]),
    ],
    ids=str,
)
def test_what_a_kustomization_builds_is_complete(
    tmp_path: Path, kustomization: dict[str, Any], others: dict[str, str], severities: list[str]
) -> None:
    folder = "base" if "base/kustomization.yaml" in others else "app"
    files = {"app/kustomization.yaml": json.dumps(kustomization), f"{folder}/web.json": json.dumps(WEB), **others}
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    found = report_on(str(tmp_path)).findings
    assert [one.severity for one in found if one.rule == "service-account-undefined"] == severities


@pytest.mark.parametrize(
    ("path", "others", "message"),
    [
        ("app/account.json", {}, "no kustomization lists `app/account.json`, which defines it"),
        (
            "rbac/account.json",
            {"rbac/kustomization.yaml": "resources: [role.json]", "rbac/role.json": json.dumps(account("role"))},
            "no kustomization lists `rbac/account.json`, which defines it",
        ),
        ("rbac/account.json", {}, "is defined in namespace `system`, not in `shop`"),
        (
            "rbac/account.json",
            {"rbac/kustomization.yaml": "resources: [account.json]"},
            "is defined in namespace `system`, not in `shop`",
        ),
    ],
)
def test_an_account_that_no_kustomization_lists_is_named_by_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, others: dict[str, str], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    files = {
        "app/kustomization.yaml": "namespace: shop\nresources: [web.json]",
        "app/web.json": json.dumps(WEB),
        path: json.dumps(account("web", namespace="system")),
        **others,
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    (found,) = [one for one in report_on(".").findings if one.rule == "service-account-undefined"]
    assert message in found.message
    assert found.severity == ("error" if path.startswith("app/") else "warning")


def cluster(name: str, namespace: str | None = None, **fields: Any) -> dict[str, Any]:
    """What eksctl makes a cluster of, with a service account."""
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    accounts = [{"metadata": metadata, **fields}]
    return {
        "apiVersion": "eksctl.io/v1alpha5",
        "kind": "ClusterConfig",
        "metadata": {"name": "acme", "region": "eu-west-1"},
        "iam": {"withOIDC": True, "serviceAccounts": accounts},
    }


def operator(name: str, *, field: str = "permissions") -> dict[str, Any]:
    install: dict[str, Any] = {"deployments": [], field: [{"serviceAccountName": name, "rules": []}]}
    return {
        "apiVersion": "operators.coreos.com/v1alpha1",
        "kind": "ClusterServiceVersion",
        "metadata": {"name": "web.v1", "namespace": "placeholder"},
        "spec": {"install": {"strategy": "deployment", "spec": install}},
    }


def in_namespace(namespace: str) -> dict[str, Any]:
    return {**WEB, "metadata": {"name": "web", "namespace": namespace}}


@pytest.mark.parametrize(
    ("creator", "namespace", "severities"),
    [
        (cluster("web", "prod"), "prod", []),
        (cluster("web"), "default", []),
        (cluster("web", "prod", roleOnly=False), "prod", []),
        (cluster("web", "prod", roleOnly=True), "prod", ["info"]),
        (cluster("webs", "prod"), "prod", ["info"]),
        (operator("web"), "prod", []),
        (operator("web", field="clusterPermissions"), "prod", []),
        (operator("webs"), "prod", ["info"]),
    ],
)
def test_accounts_that_other_objects_create(creator: dict[str, Any], namespace: str, severities: list[str]) -> None:
    found = lint(stream(creator, in_namespace(namespace)))
    assert [one.severity for one in found if one.rule == "service-account-undefined"] == severities


def test_an_account_of_eksctl_in_another_namespace() -> None:
    (found,) = (one for one in lint(stream(cluster("web", "prod"), in_namespace("dev"))) if "account" in one.rule)
    assert "is defined in namespace `prod`, not in `dev`" in found.message
    assert [related.place.span.line for related in found.related] == [2]
