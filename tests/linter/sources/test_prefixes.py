"""A value that a chart puts before the names of its images is not an image, also where the chart is not rendered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from imagelint.index.index import Index
from imagelint.session import Request, Session
from imagelint.world.world import World

if TYPE_CHECKING:
    from pathlib import Path

VALUES = """\
image:
  repository: robotshop
  tag: latest
sidecar:
  image: robotshop
  imageTag: latest
"""
POD = """\
apiVersion: v1
kind: Pod
metadata: {{name: {{{{ .Release.Name }}}}}}
spec:
  containers:
    - name: cart
      image: {image}
"""


def listed(folder: Path, *images: str, values: str = "values.yaml") -> list[str]:
    """The images that are read of a chart with these images in its templates."""
    (folder / "shop" / "templates").mkdir(parents=True)
    (folder / "shop" / "Chart.yaml").write_text("apiVersion: v2\nname: shop\nversion: 1.0.0\n")
    (folder / "shop" / values).write_text(VALUES)
    for number, image in enumerate(images):
        name = "_helpers.tpl" if "define" in image else f"pod-{number}.yaml"
        (folder / "shop" / "templates" / name).write_text(POD.format(image=image))
    found = Session().read(Request([str(folder)]))
    return [use.written for use in Index(found.deployed, World()).images]


@pytest.mark.parametrize(
    "image",
    [
        "{{ .Values.image.repository }}/cart:{{ .Values.image.tag }}",
        '"{{ .Values.image.repository }}-cart:{{ .Values.image.tag }}"',
        '{{ .Values.image.repository | default "robotshop" }}/cart:{{ .Values.image.tag }}',
        '{{ printf "%s/cart:%s" .Values.image.repository .Values.image.tag }}',
        '{{- define "cart" }}{{ $.Values.image.repository }}/cart{{ end }}',
    ],
)
@pytest.mark.parametrize("values", ["values.yaml", "values-prod.yaml"])
def test_templates_that_append_a_name(tmp_path: Path, image: str, values: str) -> None:
    assert listed(tmp_path, image, "quay.io/acme/other:1", values=values) == ["robotshop:latest"]


def test_each_value_counts_for_itself(tmp_path: Path) -> None:
    both = ("{{ .Values.image.repository }}/cart", "{{ .Values.sidecar.image }}/side:{{ .Values.sidecar.imageTag }}")
    assert listed(tmp_path, *both) == []


@pytest.mark.parametrize(
    "images",
    [
        ["{{ .Values.image.repository }}:{{ .Values.image.tag }}"],
        ["{{ .Values.image.repository }}/cart:1", "{{ .Values.image.repository }}:{{ .Values.image.tag }}"],
        ["{{ .Values.image.registry }}/{{ .Values.image.repository }}:{{ .Values.image.tag }}"],
        ['{{ printf "%s:%s" .Values.image.repository .Values.image.tag }}'],
        [],
    ],
)
def test_other_templates_leave_it_an_image(tmp_path: Path, images: list[str]) -> None:
    assert listed(tmp_path, *images) == ["robotshop:latest"] * 2


def test_a_hostile_chain_of_names_costs_little(tmp_path: Path) -> None:
    assert listed(tmp_path, "{{ " + ".Values" * 50_000) == ["robotshop:latest", "robotshop:latest"]


def test_templates_outside_of_the_chart_are_not_read(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.yaml").write_text("{{ .Values.image.repository }}/cart:1\n")
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "Chart.yaml").write_text("apiVersion: v2\nname: shop\nversion: 1.0.0\n")
    (tmp_path / "shop" / "values.yaml").write_text(VALUES)
    (tmp_path / "shop" / "templates").symlink_to(outside)
    found = Session().read(Request([str(tmp_path / "shop")]))
    assert "robotshop:latest" in {use.written for use in Index(found.deployed, World()).images}
