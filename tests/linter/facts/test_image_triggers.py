"""Images that an OpenShift trigger replaces are not judged; those beside them are."""

from __future__ import annotations

import json
from typing import Any

from support import index_of


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
