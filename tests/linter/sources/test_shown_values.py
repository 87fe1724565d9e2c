"""A ConfigMap in which a chart shows its own values pulls nothing; one with values for another chart may."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from linter.sources.charts import CHART, HELMS, RELEASE, needs_helm, path_with, write
from support import imagelint

if TYPE_CHECKING:
    from pathlib import Path

VALUES = """\
nameOverride: shop
image: {repository: quay.io/acme/shop, tag: latest}
jobs:
  init: {image: {registry: docker.io, repository: library/alpine, tag: latest}}
"""
CONFIG_MAP = """\
apiVersion: v1
kind: ConfigMap
metadata: {{name: shop-helm-values}}
data:
  values.yaml: |
{}
"""
WHOLE = "    {{- toYaml .Values | nindent 4 }}"
SOME = "    image: {{ toJson .Values.image }}\n    analytics: true"
CHANGED = '    {{- toYaml (merge (dict "nameOverride" "web") .Values) | nindent 4 }}'
OTHER = "    image: {repository: quay.io/acme/worker, tag: latest}"
NESTED = "    worker:\n      image: {{ toJson .Values.image }}"
FROM_CONFIG_MAP = RELEASE + "  valuesFrom: [{kind: ConfigMap, name: shop-helm-values}]\n"


def images(tree: Path, values: str, **templates: str) -> list[str]:
    """The images that are reported in a chart with a ConfigMap of values."""
    files = {"Chart.yaml": CHART, "values.yaml": VALUES, "templates/values.yaml": CONFIG_MAP.format(values)}
    write(tree, {**files, **{f"templates/{name}.yaml": text for name, text in templates.items()}})
    done = imagelint("--isolated", "--format=json", "--today=2026-11-24", ".", cwd=tree, PATH=path_with(HELMS[0]))
    return [finding["image"] for finding in json.loads(done.stdout)["findings"]]


@needs_helm
@pytest.mark.parametrize("values", [WHOLE, SOME, CHANGED], ids=["all", "some", "changed"])
def test_the_values_of_the_chart_itself(values: str, tmp_path: Path) -> None:
    assert images(tmp_path, values) == []


@needs_helm
@pytest.mark.parametrize(
    ("values", "image"), [(OTHER, "quay.io/acme/worker:latest"), (NESTED, "quay.io/acme/shop:latest")]
)
def test_values_for_another_chart(values: str, image: str, tmp_path: Path) -> None:
    assert images(tmp_path, values) == [image]


@needs_helm
def test_values_for_a_release_that_the_chart_makes(tmp_path: Path) -> None:
    assert images(tmp_path, SOME, release=FROM_CONFIG_MAP) == ["quay.io/acme/shop:latest"]
