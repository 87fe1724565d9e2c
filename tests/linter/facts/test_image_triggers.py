"""Images that an OpenShift trigger replaces are not judged; those beside them are."""

from __future__ import annotations

import json
import textwrap
from typing import Any

import pytest

from support import index_of, lint


def used(kind: str, metadata: dict[str, Any], **spec: Any) -> list[str]:
    containers = [{"name": "web", "image": "web"}, {"name": "side", "image": "quay.io/acme/side:1"}]
    document = {
        "apiVersion": {"DeploymentConfig": "apps.openshift.io/v1", "Deployment": "apps/v1"}[kind],
        "kind": kind,
        "metadata": {"name": "web", **metadata},
        "spec": {"selector": {}, "template": {"spec": {"containers": containers}}, **spec},
    }
    return [use.written for use in index_of(json.dumps(document)).images if use.builder is None]


def test_trigger_of_a_deployment_config() -> None:
    change = {"containerNames": ["web"], "from": {"kind": "ImageStreamTag", "name": "web:latest"}}
    triggers = [{"type": "ConfigChange"}, {"type": "ImageChange", "imageChangeParams": change}]
    assert used("DeploymentConfig", {}, triggers=triggers) == ["quay.io/acme/side:1"]
    assert used("DeploymentConfig", {}, triggers=triggers[:1]) == ["web", "quay.io/acme/side:1"]


def test_trigger_in_an_annotation() -> None:
    for place in ("containers[0]", 'containers[?(@.name=="web")]'):
        trigger = json.dumps([{"from": {"name": "web:latest"}, "fieldPath": f"spec.template.spec.{place}.image"}])
        metadata = {"annotations": {"image.openshift.io/triggers": trigger}}
        assert used("Deployment", metadata) == ["quay.io/acme/side:1"]


@pytest.mark.parametrize(
    ("strategy", "severity"),
    [({"registryPoll": {"interval": "45m"}}, "info"), ({"registryPoll": {}}, "info"), ({}, "warning")],
)
@pytest.mark.parametrize("image", ["quay.io/acme/catalog:latest", "quay.io/acme/catalog"])
def test_a_catalog_that_is_polled_has_a_mutable_tag(strategy: dict[str, Any], severity: str, image: str) -> None:
    catalog = {"apiVersion": "operators.coreos.com/v1alpha1", "kind": "CatalogSource", "metadata": {"name": "acme"}}
    spec = {"sourceType": "grpc", "image": image, "updateStrategy": strategy}
    assert [finding.severity for finding in lint(json.dumps({**catalog, "spec": spec}))] == [severity]


def test_the_values_of_a_catalog() -> None:
    values = "catalog:\n  image: quay.io/acme/catalog:latest\n  updateStrategy:\n    registryPoll: {interval: 45m}\n"
    source = f"repoURL: https://acme.example\nchart: catalogs\nhelm:\n  values: |\n{textwrap.indent(values, '    ')}"
    application = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: catalogs}\nspec:\n  source:\n"
    text = f"{application}{textwrap.indent(source, '    ')}"
    assert [(one.rule, one.severity) for one in lint(text)] == [("latest-tag", "info")]
    assert [one.severity for one in lint(text.replace("registryPoll", "other"))] == ["warning"]
