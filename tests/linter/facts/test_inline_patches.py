"""Images in patches that objects of Flux and Argo CD hold are read at their place."""

from __future__ import annotations

import json
from textwrap import indent
from typing import Any

import pytest

from support import found, index_of, lint

GONE = "bitnami/redis:7"
STRATEGIC = f"""\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web}}
spec:
  template:
    spec:
      containers:
        - name: sidecar
          image: {GONE}
"""
ADDED = f"- op: add\n  path: /spec/template/spec/containers/-\n  value: {{name: a, image: '{GONE}'}}\n"
REPLACED = f"- op: replace\n  path: /spec/jobTemplate/spec/template/spec/initContainers/0/image\n  value: {GONE}\n"
IN_JSON = json.dumps([{"op": "add", "path": "/spec/containers", "value": [{"name": "a", "image": GONE}]}])
CUSTOM = f"apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: {{name: a}}\nspec: {{imageName: '{GONE}'}}\n"
PATCHES = {
    "strategic": (STRATEGIC, 8),
    "add": (ADDED, 2),
    "replace": (REPLACED, 2),
    "JSON": (IN_JSON, 0),
    "a custom resource": (CUSTOM, 3),
    "two documents": (f"# first\napiVersion: v1\nkind: Service\n---\n{STRATEGIC}", 12),
}
HEADS = {
    "HelmRelease": (
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: web}\n"
        "spec:\n  postRenderers:\n    - kustomize:\n        patches:\n"
    ),
    "Kustomization": (
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: web}\n"
        "spec:\n  path: ./elsewhere\n  sourceRef: {kind: GitRepository, name: other}\n  patches:\n"
    ),
    "Application": (
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web}\n"
        "spec:\n  source:\n    path: elsewhere\n    repoURL: https://git.example.com/other\n    kustomize:\n"
        "      patches:\n"
    ),
    "sources": (
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web}\n"
        "spec:\n  sources:\n    - path: elsewhere\n      kustomize:\n        patches:\n"
    ),
    "ApplicationSet": (
        "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: web}\n"
        "spec:\n  generators: [{clusters: {}}]\n  template:\n    spec:\n      source:\n        kustomize:\n"
        "          patches:\n"
    ),
}


def with_patch(head: str, patch: str) -> str:
    """An object with one patch as a literal block."""
    columns = len(head.splitlines()[-1]) - len(head.splitlines()[-1].lstrip()) + 2
    entry = f"- target: {{kind: Deployment}}\n  patch: |-\n{indent(patch, '    ')}"
    return head + indent(entry, " " * columns)


def places(text: str) -> list[tuple[str, int]]:
    return [(use.written, use.place.span.line) for use in index_of(text).images]


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
@pytest.mark.parametrize(("patch", "line"), PATCHES.values(), ids=PATCHES)
def test_a_patch_in_a_block(head: str, patch: str, line: int) -> None:
    first = len(head.splitlines()) + 3
    assert places(with_patch(head, patch)) == [(GONE, first + line)]


@pytest.mark.parametrize(
    "patches",
    [
        {"patchesStrategicMerge": [{"kind": "Pod", "spec": {"containers": [{"name": "a", "image": GONE}]}}]},
        {"patchesJson6902": [{"patch": [{"op": "replace", "path": "/spec/containers/0/image", "value": GONE}]}]},
        {"patchesStrategicMerge": [STRATEGIC]},
        {"patches": [{"patch": IN_JSON, "target": {"kind": "Pod"}}]},
    ],
    ids=str,
)
@pytest.mark.parametrize("kind", ["HelmRelease", "Kustomization"])
def test_a_patch_outside_of_a_block_and_older_fields(kind: str, patches: dict[str, Any]) -> None:
    spec: dict[str, Any] = {"postRenderers": [{"kustomize": patches}]} if kind == "HelmRelease" else patches
    group = "helm" if kind == "HelmRelease" else "kustomize"
    head = {"apiVersion": f"{group}.toolkit.fluxcd.io/v1beta2", "kind": kind, "metadata": {"name": "a"}}
    assert places(json.dumps({**head, "spec": spec})) == [(GONE, 1)]


NOTHING = {
    "remove": "- {op: remove, path: /spec/template/spec/containers/0}\n",
    "test": f"- {{op: test, path: /spec/template/spec/containers/0/image, value: '{GONE}'}}\n",
    "an object that is deleted": f"$patch: delete\n{STRATEGIC}",
    "a container that is deleted": STRATEGIC.replace("- name: sidecar", "- $patch: delete\n          name: sidecar"),
    "no image": STRATEGIC.replace("image:", "command:"),
    "a placeholder": STRATEGIC.replace(GONE, "${REGISTRY}/redis:7"),
    "not in order": "spec: {template: {spec: {containers: [{image: 'bitnami/redis:7'\n",
    "another field": f"- {{op: add, path: /metadata/annotations/image, value: '{GONE}'}}\n",
    "a policy": f"apiVersion: kyverno.io/v1\nkind: ClusterPolicy\n{STRATEGIC.partition('Deployment')[2]}",
}


@pytest.mark.parametrize("patch", NOTHING.values(), ids=NOTHING)
@pytest.mark.parametrize("kind", ["HelmRelease", "Application"])
def test_patches_that_write_no_image(kind: str, patch: str) -> None:
    assert places(with_patch(HEADS[kind], patch)) == []


def test_a_finding_is_likely_and_at_the_image() -> None:
    text = with_patch(HEADS["HelmRelease"], STRATEGIC)
    findings = lint(text)
    assert found(findings) == [("dead-image", 18)]
    assert [(one.severity, one.confidence) for one in findings] == [("error", "likely")]


@pytest.mark.parametrize(
    ("patch", "lines"),
    [
        ("apiVersion: v1\nkind: Secret\nstringData: {image: hunter2}\n", [9]),
        ("spec: {imagePullSecrets: [{name: a}], containers: [{name: a, image: 'quay.io/a/b:1'}]}\n", []),
    ],
)
def test_only_a_patch_of_a_secret_is_hidden(patch: str, lines: list[int]) -> None:
    index = index_of(with_patch(HEADS["Kustomization"], patch))
    assert [span.line for facts in index.files.values() for span in facts.hidden] == lines
