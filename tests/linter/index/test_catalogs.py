"""A Cluster of CloudNativePG runs the image that a catalog has for its major version."""

from __future__ import annotations

import json
from typing import Any

import pytest

from imagelint.index.catalogs import catalog_uses
from manifests import docker_secret, stream
from support import index_of, lint

IMAGE = "registry.corp.example/pg/postgresql:17.2"


def custom(kind: str, name: str, namespace: str | None = "db", **spec: Any) -> dict[str, Any]:
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    return {"apiVersion": "postgresql.cnpg.io/v1", "kind": kind, "metadata": metadata, "spec": spec}


def catalog(kind: str = "ImageCatalog", namespace: str | None = "db") -> dict[str, Any]:
    images = [{"major": 16, "image": "registry.corp.example/pg/postgresql:16.1"}, {"major": 17, "image": IMAGE}]
    return custom(kind, "postgresql", namespace, images=images)


def cluster(kind: str = "ImageCatalog", major: int = 17, name: str = "postgresql") -> dict[str, Any]:
    return custom("Cluster", "main", imageCatalogRef={"kind": kind, "name": name, "major": major})


@pytest.mark.parametrize(
    ("objects", "images"),
    [
        ([catalog(), cluster()], [IMAGE]),
        ([cluster(major=16), catalog()], ["registry.corp.example/pg/postgresql:16.1"]),
        ([catalog("ClusterImageCatalog", None), cluster("ClusterImageCatalog")], [IMAGE]),
        ([catalog(namespace="other"), cluster()], []),
        ([catalog(), cluster("ClusterImageCatalog")], []),
        ([catalog(), cluster(major=15)], []),
        ([catalog(), cluster(name="other")], []),
    ],
)
def test_the_image_of_a_catalog(objects: list[dict[str, Any]], images: list[str]) -> None:
    index = index_of(stream(*objects))
    assert [use.effective for use in catalog_uses(index)] == images


def test_the_catalog_may_be_in_another_file() -> None:
    index = index_of(json.dumps(cluster()), **{"catalog.yaml": json.dumps(catalog())})
    (use,) = catalog_uses(index)
    assert (use.effective, use.place.source.path) == (IMAGE, "input.yaml")


def with_secret(name: str = "second") -> dict[str, Any]:
    return custom("Cluster", name, imageName=IMAGE, imagePullSecrets=[{"name": "corp"}])


CREDENTIALS = docker_secret("corp", "registry.corp.example", namespace="db")


def test_a_cluster_needs_the_secret_that_another_has() -> None:
    findings = lint(stream(catalog(), cluster(), with_secret(), CREDENTIALS))
    missing = [finding for finding in findings if finding.rule == "pull-secret-missing"]
    assert [(finding.place.span.line, finding.severity) for finding in missing] == [(4, "warning")]
    assert "service account" not in missing[0].message


@pytest.mark.parametrize(
    "other",
    [
        {**cluster(), "spec": {"imageName": IMAGE, "imagePullSecrets": [{"name": "corp"}]}},
        {**cluster(), "spec": {"imageName": "ghcr.io/acme/pg:1"}},
        {**custom("Pooler", "p"), "spec": {"pgbouncer": {"image": IMAGE}}},
    ],
)
def test_what_needs_no_secret_or_says_nothing(other: dict[str, Any]) -> None:
    findings = lint(stream(other, with_secret(), CREDENTIALS))
    assert "pull-secret-missing" not in {finding.rule for finding in findings}


@pytest.mark.parametrize(
    ("kind", "group", "field"), [("KafkaConnect", "kafka.strimzi.io/v1", "template"), ("Cluster", "", "")]
)
def test_any_kind_with_a_field_for_pull_secrets(kind: str, group: str, field: str) -> None:
    def make(name: str, *secrets: str) -> dict[str, Any]:
        names = [{"name": secret} for secret in secrets]
        if field:
            spec: dict[str, Any] = {"image": IMAGE, field: {"pod": {"imagePullSecrets": names}}}
        else:
            spec = {"imageName": IMAGE, "imagePullSecrets": names}
        return {**custom(kind, name, **spec), "apiVersion": group or "postgresql.cnpg.io/v1"}

    findings = lint(stream(make("one"), make("two", "corp"), CREDENTIALS))
    assert [finding.subject.label for finding in findings if finding.rule == "pull-secret-missing"] == [
        f"{kind} db/one"
    ]


def test_an_extension_is_an_image_volume() -> None:
    extension = {"name": "vector", "image": {"reference": "ghcr.io/acme/vector:1", "pullPolicy": "Sometimes"}}
    findings = lint(json.dumps(custom("Cluster", "main", postgresql={"extensions": [extension]})))
    (finding,) = [finding for finding in findings if finding.rule == "invalid-pull-policy"]
    assert finding.prediction is not None
    assert (finding.confidence, str(finding.prediction)) == ("likely", "pod is not created")
