"""Kustomizations in and beside each other, their patches and image rewrites, and Skaffold's artifacts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from inputs.rows import Rows, pod, stream

if TYPE_CHECKING:
    from pathlib import Path

ROWS = Rows()
_LINT = ["check", "."]


def _kustomization(folder: Path, **content: Any) -> None:  # noqa: ANN401 - what JSON holds
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "kustomization.yaml").write_text(json.dumps(content), encoding="utf-8")


def _pods(folder: Path, n: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    text = stream(pod(f"p{i}", f"ghcr.io/acme/a{i}:latest", namespace=None) for i in range(n))
    (folder / "pods.yaml").write_text(text, encoding="utf-8")


def _patch(i: int) -> str:
    return f"kind: Pod\nmetadata: {{name: p{i}}}\nspec: {{containers: [{{name: c0, image: 'quay.io/b:{i}'}}]}}\n"


@ROWS.add("resources of a kustomization")
def _resources(folder: Path, n: int) -> list[str]:
    for i in range(n):
        (folder / f"p{i}.yaml").write_text(pod(f"p{i}", namespace=None), encoding="utf-8")
    _kustomization(folder, resources=[f"p{i}.yaml" for i in range(n)])
    return _LINT


@ROWS.add("image rewrites x images")
def _images(folder: Path, n: int) -> list[str]:
    _pods(folder, n)
    images = [{"name": f"ghcr.io/acme/a{i}", "newTag": "1"} for i in range(n)]
    _kustomization(folder, resources=["pods.yaml"], images=images)
    return _LINT


@ROWS.add("image rewrites of one another")
def _chain_of_images(folder: Path, n: int) -> list[str]:
    _pods(folder, n)
    images = [{"name": f"ghcr.io/acme/a{i}", "newName": f"ghcr.io/acme/a{i + 1}"} for i in range(n)]
    _kustomization(folder, resources=["pods.yaml"], images=images)
    return _LINT


@ROWS.add("patches x pods")
def _patches(folder: Path, n: int) -> list[str]:
    _pods(folder, n)
    _kustomization(folder, resources=["pods.yaml"], patches=[{"patch": _patch(i)} for i in range(n)])
    return _LINT


@ROWS.add("patches with a target of globs x pods")
def _globs(folder: Path, n: int) -> list[str]:
    _pods(folder, n)
    patches = [{"patch": _patch(i), "target": {"kind": "Pod", "name": f"p{i}.*"}} for i in range(n)]
    _kustomization(folder, resources=["pods.yaml"], patches=patches)
    return _LINT


@ROWS.add("patches in files x pods")
def _patch_files(folder: Path, n: int) -> list[str]:
    _pods(folder, n)
    for i in range(n):
        (folder / f"patch-{i}.yaml").write_text(f"apiVersion: v1\n{_patch(i)}", encoding="utf-8")
    _kustomization(folder, resources=["pods.yaml"], patches=[{"path": f"patch-{i}.yaml"} for i in range(n)])
    return _LINT


@ROWS.add("overlays of a base, each with its own")
def _overlays(folder: Path, n: int) -> list[str]:
    for i in range(n):
        _pods(folder / f"base-{i}", 1)
        _kustomization(folder / f"base-{i}", resources=["pods.yaml"])
        _kustomization(folder / f"over-{i}", resources=[f"../base-{i}"], namespace=f"n{i}")
    return _LINT


def overlays_of_one_base(folder: Path, overlays: int, pods: int) -> list[str]:
    """Overlays that each deploy all pods of a base."""
    _pods(folder / "base", pods)
    _kustomization(folder / "base", resources=["pods.yaml"])
    for i in range(overlays):
        patches = [{"patch": _patch(i % pods)}]
        _kustomization(folder / f"over-{i}", resources=["../base"], namespace=f"n{i}", patches=patches)
    return _LINT


@ROWS.add("overlays of one base with 50 pods", 100)
def _overlays_of_one(folder: Path, n: int) -> list[str]:
    return overlays_of_one_base(folder, n, 50)


@ROWS.add("pods of a base of 50 overlays", 100)
def _base_of_overlays(folder: Path, n: int) -> list[str]:
    return overlays_of_one_base(folder, 50, n)


@ROWS.add("patches and files of many overlays")
def _patches_of_overlays(folder: Path, n: int) -> list[str]:
    for i in range(n):
        _pods(folder / f"p{i}", 1)
    _kustomization(folder / "base", resources=[f"../p{i}/pods.yaml" for i in range(n)])
    for i in range(20):
        patches = [{"patch": _patch(j)} for j in range(n)]
        _kustomization(folder / f"over-{i}", resources=["../base"], namespace=f"n{i}", patches=patches)
    return _LINT


@ROWS.add("kustomizations below one with image rewrites")
def _fan(folder: Path, n: int) -> list[str]:
    images = [{"name": f"ghcr.io/acme/a{i}", "newTag": "1"} for i in range(n)]
    _kustomization(folder, resources=[f"part-{i}" for i in range(n)], images=images)
    for i in range(n):
        _pods(folder / f"part-{i}", 1)
        _kustomization(folder / f"part-{i}", resources=["pods.yaml"], images=[{"name": "x", "newTag": "2"}])
    return _LINT


@ROWS.add("kustomizations above each other", 50)
def _chain(folder: Path, n: int) -> list[str]:
    for i in range(n):
        _pods(folder / f"k{i}", 1)
        images = [{"name": f"ghcr.io/acme/x{i}", "newTag": "1"}]
        _kustomization(folder / f"k{i}", resources=["pods.yaml", f"../k{i + 1}"], images=images)
    return _LINT


@ROWS.add("diamonds above each other", 20)
def _diamonds(folder: Path, n: int) -> list[str]:
    for i in range(n):
        below = [f"../left-{i + 1}", f"../right-{i + 1}"] if i + 1 < n else ["pods.yaml"]
        for side in ("left", "right"):
            _pods(folder / f"{side}-{i}", 1)
            _kustomization(folder / f"{side}-{i}", resources=below, namePrefix=f"{side}-")
    return _LINT


@ROWS.add("components x resources")
def _components(folder: Path, n: int) -> list[str]:
    for i in range(n):
        images = [{"name": f"ghcr.io/acme/a{i}", "newTag": "1"}]
        _kustomization(folder / f"c{i}", kind="Component", images=images)
    _pods(folder, n)
    _kustomization(folder, resources=["pods.yaml"], components=[f"c{i}" for i in range(n)])
    return _LINT


def shared_component(folder: Path, overlays: int, patches: int) -> list[str]:
    """Overlays that each take all patches of a component, most of which are for none of their pods."""
    _kustomization(folder / "c", kind="Component", patches=[{"patch": _patch(i)} for i in range(patches)])
    for i in range(overlays):
        _pods(folder / f"over-{i}", 1)
        _kustomization(folder / f"over-{i}", resources=["pods.yaml"], components=["../c"])
    return _LINT


@ROWS.add("overlays with a component of 50 patches", 100)
def _component_of_many(folder: Path, n: int) -> list[str]:
    return shared_component(folder, n, 50)


@ROWS.add("patches of a component of 50 overlays", 100)
def _patches_of_component(folder: Path, n: int) -> list[str]:
    return shared_component(folder, 50, n)


@ROWS.add("files of a generator", 100)
def _files_of_generator(folder: Path, n: int) -> list[str]:
    for i in range(n):
        (folder / f"f{i}").write_text("x\n", encoding="utf-8")
    _kustomization(folder, configMapGenerator=[{"name": "c", "files": [f"f{i}" for i in range(n)]}])
    return _LINT


@ROWS.add("secret generators x pods")
def _generators(folder: Path, n: int) -> list[str]:
    text = stream(pod(f"p{i}", namespace=None, secrets=[f"s{i}"]) for i in range(n))
    (folder / "pods.yaml").write_text(text, encoding="utf-8")
    secrets = [{"name": f"s{i}", "type": "kubernetes.io/dockerconfigjson", "files": ["x"]} for i in range(n)]
    _kustomization(folder, resources=["pods.yaml"], secretGenerator=secrets)
    return _LINT


@ROWS.add("Skaffold's artifacts x images")
def _artifacts(folder: Path, n: int) -> list[str]:
    text = stream(pod(f"p{i}", f"acme/a{i}") for i in range(n))
    (folder / "pods.yaml").write_text(text, encoding="utf-8")
    build = {"artifacts": [{"image": f"acme/a{i}"} for i in range(n)]}
    config = {"apiVersion": "skaffold/v4beta11", "kind": "Config", "build": build}
    (folder / "skaffold.yaml").write_text(json.dumps(config), encoding="utf-8")
    return _LINT


@ROWS.add("Skaffold's configurations x images")
def _skaffolds(folder: Path, n: int) -> list[str]:
    for i in range(n):
        (folder / f"f{i}").mkdir()
        (folder / f"f{i}" / "pods.yaml").write_text(pod(f"p{i}", "acme/other"), encoding="utf-8")
        config = {
            "apiVersion": "skaffold/v4beta11",
            "kind": "Config",
            "build": {"artifacts": [{"image": f"acme/a{i}"}]},
        }
        (folder / f"f{i}" / "skaffold.yaml").write_text(json.dumps(config), encoding="utf-8")
    return _LINT
