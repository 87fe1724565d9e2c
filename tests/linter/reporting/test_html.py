"""The page for reviewers: its table and its picture, and that nothing in it is more than text."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import re
from typing import TYPE_CHECKING

import pytest

from formats import Page, hold_inert
from imagelint import api
from imagelint.reporting import Style, render
from manifests_of_pages import manifests
from support import ROOT, report_on

if TYPE_CHECKING:
    from pathlib import Path


def page_of(folder: Path, text: str) -> str:
    (folder / "pods.yaml").write_text(text, encoding="utf-8")
    with contextlib.chdir(folder):
        return "".join(render(report_on("pods.yaml"), "html", Style()))


def cells(page: str) -> list[list[str]]:
    """The first lines of the cells of each row: severity, image, workload, namespace, pull secrets."""
    rows = re.findall(r"<tbody[^>]*><tr>(.*?)</tr>", page)
    return [re.findall(r"<t[dh][^>]*>([^<]*)", row) for row in rows]


POD = """apiVersion: v1
kind: Pod
metadata: {{name: {name}, namespace: shop}}
spec:
  imagePullSecrets: [{secrets}]
  containers: [{{name: app, image: "{image}"}}]
"""


def pod(name: str, image: str, *secrets: str) -> str:
    names = ", ".join(f"{{name: {secret}}}" for secret in secrets)
    return POD.format(name=name, image=image, secrets=names)


def secret(name: str, host: str) -> str:
    config = base64.b64encode(f'{{"auths": {{"{host}": {{"auth": "YTpi"}}}}}}'.encode()).decode()
    head = f"apiVersion: v1\nkind: Secret\nmetadata: {{name: {name}, namespace: shop}}\n"
    return f"{head}type: kubernetes.io/dockerconfigjson\ndata: {{.dockerconfigjson: {config}}}\n"


def test_the_worst_image_is_the_first_row(tmp_path: Path) -> None:
    pods = [pod("good", "quay.io/acme/a:1"), pod("tag", "quay.io/acme/b"), pod("bad", "quay.io/ACME/c:1")]
    found = cells(page_of(tmp_path, "---\n".join(pods)))
    assert found == [
        ["error", "quay.io/ACME/c:1", "Pod bad", "shop", "–"],
        ["warning", "quay.io/acme/b", "Pod tag", "shop", "–"],
        ["–", "quay.io/acme/a:1", "Pod good", "shop", "–"],
    ]


def test_the_kind_of_access_is_that_of_the_credential(tmp_path: Path) -> None:
    texts = [
        secret("regcred", "quay.io"),
        pod("a", "quay.io/acme/a:1", "regcred"),
        pod("b", "ghcr.io/acme/a:1", "regcred"),
        pod("c", "quay.io/acme/a:1"),
        pod("d", "quay.io/acme/a:1", "elsewhere"),
    ]
    page = page_of(tmp_path, "---\n".join(texts))
    found = re.findall(r'data-access="(\w+)".*?<td>Pod (\w)<', page)
    assert sorted((name, kind) for kind, name in found) == [
        ("a", "matched"),
        ("b", "unmatched"),
        ("c", "anonymous"),
        ("d", "unknown"),
    ]
    edges = re.findall(r'<path class="(\w+)" d="M168', page)
    assert sorted(edges) == ["anonymous", "matched", "unknown", "unmatched"]


def test_what_is_about_a_pod_is_in_the_rows_of_its_images(tmp_path: Path) -> None:
    text = pod("a", "acme.azurecr.io/a:1", "absent").replace('a:1"}', 'a:1"}, {name: b, image: "ghcr.io/acme/b:1"}')
    page = page_of(tmp_path, text)
    assert [row[1] for row in cells(page) if row[0] == "warning"] == ["acme.azurecr.io/a:1", "ghcr.io/acme/b:1"]
    assert page.count("is not defined in namespace") == 2


def test_what_is_about_no_image_has_a_row(tmp_path: Path) -> None:
    (row,) = cells(page_of(tmp_path, "apiVersion: v1\nkind: Pod\nx: [\n"))
    assert row == ["error", "–", "–", "–", "–"]


def test_overlays_and_their_namespaces_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    report = report_on("examples/overlays/broken")
    page = "".join(render(report, "html", Style()))
    units = set(re.findall(r'data-unit="([^"]+)"', page))
    assert units == {unit.name for unit in report.found.units.values()}
    listed = {entry["image"] for entry in api.images(["examples/overlays/broken"], isolated=True)}
    assert {row[1] for row in cells(page)} - {"–"} == listed


def test_the_policy_allows_the_own_script_and_style_only(tmp_path: Path) -> None:
    text = page_of(tmp_path, pod("a", "quay.io/acme/a"))
    page = Page(text)
    (policy,) = [attrs["content"] for tag, attrs in page.tags if tag == "meta" and "http-equiv" in attrs]
    assert policy is not None
    assert policy.startswith("default-src 'none'; ")
    for tag in ("style", "script"):
        (content,) = re.findall(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert "unsafe" not in policy


def test_it_is_the_same_each_time(tmp_path: Path) -> None:
    text = manifests(30)
    assert page_of(tmp_path, text) == page_of(tmp_path, text)


@pytest.mark.parametrize("images", [10, 100, 3000])
def test_each_image_has_a_row_and_the_page_stays_small(images: int, tmp_path: Path) -> None:
    text = page_of(tmp_path, manifests(images))
    page = Page(text)
    hold_inert(page)
    assert len([row for row in cells(text) if row[1] != "–"]) == images
    assert len(text.encode()) <= 3_000_000
    (box,) = [attrs["viewbox"] for tag, attrs in page.tags if tag == "svg" and "aria-label" in attrs]
    assert box is not None
    assert int(box.split()[3]) <= 2 * 720
