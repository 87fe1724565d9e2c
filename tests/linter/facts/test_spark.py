"""Pods of Spark: its settings decide over the image and the pull policy of the main container of a template."""

from __future__ import annotations

import json
from typing import Any

import pytest

from support import index_of

APACHE, KUBEFLOW = "spark.apache.org/v1", "sparkoperator.k8s.io/v1beta2"
TEMPLATE = {"spec": {"containers": [{"name": "main", "image": "a:latest"}, {"name": "proxy", "image": "b:latest"}]}}
CONF = "spark.kubernetes.container.image"


def policies(api_version: str, spec: dict[str, Any], kind: str = "SparkApplication") -> dict[str, str | None]:
    """The effective pull policies, by the images."""
    text = json.dumps({"apiVersion": api_version, "kind": kind, "metadata": {"name": "pi"}, "spec": spec})
    return {use.written: use.pull_policy for use in index_of(text).images}


@pytest.mark.parametrize("role", ["driverSpec", "executorSpec"])
@pytest.mark.parametrize(
    ("conf", "expected"),
    [
        ({}, {"a:latest": "IfNotPresent", "b:latest": "Always"}),
        ({CONF: "c:latest"}, {"c:latest": "IfNotPresent", "b:latest": "Always"}),
        ({f"{CONF}.pullPolicy": "Always"}, {"a:latest": "Always", "b:latest": "Always"}),
        ({f"{CONF}.pullPolicy": "Never", CONF: "c:1"}, {"c:1": "Never", "b:latest": "Always"}),
        (
            {CONF: "d:1", **{f"spark.kubernetes.{one}.container.image": "c:1" for one in ("driver", "executor")}},
            {"c:1": "IfNotPresent", "b:latest": "Always"},
        ),
    ],
)
def test_settings_overwrite_the_main_container(role: str, conf: dict[str, str], expected: dict[str, str]) -> None:
    spec = {"sparkConf": conf, role: {"podTemplateSpec": TEMPLATE}}
    assert policies(APACHE, spec) == expected
    # The same fields of another kind mean nothing.
    assert set(policies("example.com/v1", spec).values()) == {"Always"}


def test_a_setting_names_the_main_container() -> None:
    conf = {"spark.kubernetes.driver.podTemplateContainerName": "proxy"}
    spec = {"sparkConf": conf, "driverSpec": {"podTemplateSpec": TEMPLATE}}
    assert policies(APACHE, spec) == {"a:latest": "Always", "b:latest": "IfNotPresent"}
    conf["spark.kubernetes.driver.podTemplateContainerName"] = "other"
    assert policies(APACHE, spec) == {"a:latest": "IfNotPresent", "b:latest": "Always"}


def test_init_containers_keep_the_default() -> None:
    template = {"spec": {"initContainers": [{"name": "sync", "image": "i:latest"}], **TEMPLATE["spec"]}}
    found = policies(APACHE, {"driverSpec": {"podTemplateSpec": template}})
    assert found == {"i:latest": "Always", "a:latest": "IfNotPresent", "b:latest": "Always"}


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"image": "c:latest"}, {"c:latest": "IfNotPresent"}),
        ({"image": "c:latest", "imagePullPolicy": "Always"}, {"c:latest": "Always"}),
        ({"driver": {"image": "c:latest"}, "imagePullPolicy": "Always"}, {"c:latest": "Always"}),
        ({"image": "c:latest", "driver": {"template": TEMPLATE}}, {"c:latest": "IfNotPresent", "b:latest": "Always"}),
        (
            {"image": "c:1", "executor": {"image": "d:latest", "template": TEMPLATE}, "imagePullPolicy": "Never"},
            {"d:latest": "Never", "b:latest": "Always", "c:1": "Never"},
        ),
    ],
)
def test_the_operator_of_kubeflow_has_fields_for_them(spec: dict[str, Any], expected: dict[str, str]) -> None:
    assert policies(KUBEFLOW, spec) == expected
    assert policies(KUBEFLOW, {"template": spec}, "ScheduledSparkApplication") == expected


def test_the_version_in_an_image_is_filled_in_and_pull_secrets_are_read() -> None:
    conf = {CONF: "apache/spark:{{SPARK_VERSION}}-scala", f"{CONF}.pullSecrets": "one, two"}
    spec = {"sparkConf": conf, "driverSpec": {"podTemplateSpec": TEMPLATE}}
    text = json.dumps({"apiVersion": APACHE, "kind": "SparkApplication", "metadata": {"name": "pi"}, "spec": spec})
    index = index_of(text)
    assert [use.written for use in index.images] == ["b:latest"]
    (pod,) = index.pods
    assert [name.value for name in pod.spec.pull_secrets] == ["one", "two"]
