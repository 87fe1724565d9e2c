"""What configurations, inventories and additions to the knowledge base list, beside pods."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from inputs.rows import Rows, configured, one_file, pod, secret, stream

if TYPE_CHECKING:
    from pathlib import Path

ROWS = Rows()


def _pods(folder: Path, n: int, *arguments: str) -> list[str]:
    return one_file(
        folder, stream(pod(f"p{i}", f"r{i}.example/a{i}:latest", secrets=[f"s{i}"]) for i in range(n)), *arguments
    )


def _pod_files(folder: Path, n: int) -> list[str]:
    for i in range(n):
        (folder / f"p{i}.yaml").write_text(pod(f"p{i}", "nginx:latest"), encoding="utf-8")
    return ["check", "."]


@ROWS.add("declared registries x images")
def _registries(folder: Path, n: int) -> list[str]:
    configured(folder, registries={f"r{i}.example": {"auth": "secret"} for i in range(n)})
    return _pods(folder, n)


@ROWS.add("declared registries with paths x images")
def _paths(folder: Path, n: int) -> list[str]:
    configured(folder, registries={f"r.example/a{i}": {"auth": "node"} for i in range(n)})
    return one_file(folder, stream(pod(f"p{i}", f"r.example/b{i}:1") for i in range(n)))


@ROWS.add("declared registries with globs x images")
def _globs(folder: Path, n: int) -> list[str]:
    configured(folder, registries={f"*.r{i}.example": {"auth": "node"} for i in range(n)})
    return one_file(folder, stream(pod(f"p{i}", f"a.r{i}.example/b:1") for i in range(n)))


@ROWS.add("declared registries x images on others, which are refused")
def _refused(folder: Path, n: int) -> list[str]:
    configured(folder, **{"registries": {f"a{i}.example": None for i in range(n)}, "allow-only-declared": True})
    return _pods(folder, n)


@ROWS.add("external secrets x pods")
def _external(folder: Path, n: int) -> list[str]:
    configured(folder, secrets={"external": [f"prod/s{i}" for i in range(n)]})
    return _pods(folder, n)


for _glob in ("n{}-*/*", "*/*-{}-*", "*-{}-*/*"):

    @ROWS.add(f"external secrets like `{_glob.format('')}` x pods")
    def _external_globs(folder: Path, n: int, glob: str = _glob) -> list[str]:
        configured(folder, secrets={"external": [glob.format(i) for i in range(n)]})
        text = stream(pod("a", namespace=f"n{i}-a", secrets=[f"a-{i}-b"]) for i in range(n))
        return one_file(folder, text)


for _key, _pattern in (
    ("image", "r{}.example/*"),
    ("name", "p{}"),
    ("path", "m{}.yaml"),
    ("container", "x{}"),
    ("namespace", "n{}-*"),
    ("kind", "Pod{}"),
    ("name", "*p{}*"),
    ("image", "*/a{}:*"),
):

    @ROWS.add(f"ignores by {_key} like `{_pattern.format('')}` x findings")
    def _ignores(folder: Path, n: int, key: str = _key, pattern: str = _pattern) -> list[str]:
        entries = [{"rule": "latest-tag", key: pattern.format(i), "reason": "known"} for i in range(n)]
        configured(folder, ignore=entries)
        return _pods(folder, n)


@ROWS.add("ignores that are alike x findings")
def _twins(folder: Path, n: int) -> list[str]:
    configured(folder, ignore=[{"rule": "latest-tag", "reason": f"known {i}"} for i in range(n)])
    return _pods(folder, n)


@ROWS.add("ignores that expired")
def _expired(folder: Path, n: int) -> list[str]:
    entry = {"rule": "latest-tag", "reason": "known", "expires": "2020-01-01"}
    configured(folder, ignore=[{**entry, "name": f"p{i}"} for i in range(n)])
    return _pods(folder, n)


@ROWS.add("overrides x findings")
def _overrides(folder: Path, n: int) -> list[str]:
    configured(folder, overrides=[{"paths": [f"p{i}.yaml"], "rules": {"latest-tag": "error"}} for i in range(n)])
    return _pod_files(folder, n)


@ROWS.add("paths of an override x files")
def _override_paths(folder: Path, n: int) -> list[str]:
    configured(folder, overrides=[{"paths": [f"p{i}.yaml" for i in range(n)], "rules": {"latest-tag": "error"}}])
    return _pod_files(folder, n)


for _glob in ("q{}*.yaml", "*q{}*", "**/q{}*/*.yaml"):

    @ROWS.add(f"globs of `exclude` like `{_glob.format('')}` x files")
    def _exclude(folder: Path, n: int, glob: str = _glob) -> list[str]:
        configured(folder, exclude=[glob.format(i) for i in range(n)])
        return _pod_files(folder, n)


@ROWS.add("tags of mutable-tag x images")
def _tags(folder: Path, n: int) -> list[str]:
    configured(folder, rules={"mutable-tag": {"severity": "error", "tags": [f"t{i}-*" for i in range(n)]}})
    return _pods(folder, n)


@ROWS.add("a custom rule x images", 200)
def _custom(folder: Path, n: int) -> list[str]:
    schema = {"properties": {"image": {"minLength": "100"}}}
    configured(folder, **{"custom-rules": [{"name": "long-names", "message": "short", "schema": schema}]})
    return _pods(folder, n)


@ROWS.add("custom rules", 20)
def _custom_rules(folder: Path, n: int) -> list[str]:
    schema = {"properties": {"image": {"minLength": "100"}}}
    rules = [{"name": f"long-names-{i}", "message": "short", "schema": schema} for i in range(n)]
    configured(folder, **{"custom-rules": rules})
    return _pods(folder, 1)


@ROWS.add("a custom rule with a long enumeration x images", 200)
def _enumeration(folder: Path, n: int) -> list[str]:
    schema = {"properties": {"image": {"enum": [f"a{i}" for i in range(n)]}}}
    configured(folder, **{"custom-rules": [{"name": "listed", "message": "not listed", "schema": schema}]})
    return _pods(folder, n)


@ROWS.add("images of an inventory x images")
def _inventory(folder: Path, n: int) -> list[str]:
    (folder / "images.txt").write_text("".join(f"r{i}.example/a{i}:1\n" for i in range(n)), encoding="utf-8")
    return _pods(folder, n, "--inventory", "images.txt")


@ROWS.add("tags of one image in an inventory x images with others")
def _inventory_tags(folder: Path, n: int) -> list[str]:
    (folder / "images.txt").write_text("".join(f"r.example/a:v1.{i}\n" for i in range(n)), encoding="utf-8")
    text = stream(pod(f"p{i}", f"r.example/a:v2.{i}") for i in range(n))
    return one_file(folder, text, "--inventory", "images.txt")


@ROWS.add("platforms of one image in an inventory")
def _inventory_platforms(folder: Path, n: int) -> list[str]:
    rows = "".join(f"r.example/a:1 linux/x{i}\n" for i in range(n))
    (folder / "images.txt").write_text(rows, encoding="utf-8")
    return one_file(folder, pod("a", *["r.example/a:1"] * n), "--inventory", "images.txt")


def _knowledge(folder: Path, **content: object) -> list[str]:
    (folder / "knowledge.yaml").write_text(json.dumps(content), encoding="utf-8")
    return ["--knowledge", "knowledge.yaml"]


def _registry(host: str) -> dict[str, str]:
    return {
        "host": host,
        "name": host,
        "operator": "acme",
        "access": "private",
        "status": "active",
        "source": "https://acme.example/",
        "evidence": "files",
    }


@ROWS.add("registries added to the knowledge x images")
def _added(folder: Path, n: int) -> list[str]:
    arguments = _knowledge(folder, registries=[_registry(f"known-{i}.example.com") for i in range(n)])
    return _pods(folder, n, *arguments)


for _glob in ("*.known-{}.example.com", "*-known-{}.*.com"):

    @ROWS.add(f"registries like `{_glob.format('')}` added to the knowledge x images")
    def _added_globs(folder: Path, n: int, glob: str = _glob) -> list[str]:
        return _pods(folder, n, *_knowledge(folder, registries=[_registry(glob.format(i)) for i in range(n)]))


@ROWS.add("images added to the knowledge x images")
def _added_images(folder: Path, n: int) -> list[str]:
    entry = {"status": "removed", "source": "https://acme.example/", "evidence": "files"}
    images = [{"match": match, **entry} for i in range(n) for match in (f"ghcr.io/acme/gone-{i}", f"ghcr.io/*/x{i}")]
    arguments = _knowledge(folder, images=images)
    return one_file(folder, stream(pod(f"p{i}", f"ghcr.io/acme/a{i}:1") for i in range(n)), *arguments)


@ROWS.add("entries of a `pyproject.toml`", 2_000)
def _project(folder: Path, n: int) -> list[str]:
    text = "[tool.imagelint]\nexclude = [\n" + "".join(f'  "x{i}",\n' for i in range(n)) + "]\n"
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")
    return _pods(folder, 1)


@ROWS.add("tables of a `pyproject.toml`", 2_000)
def _tables(folder: Path, n: int) -> list[str]:
    text = "[tool.imagelint]\nprofile = 'strict'\n" + "".join(f"[tool.x{i}.y]\na = 1\n" for i in range(n))
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")
    return _pods(folder, 1)


@ROWS.add("secrets x registries that are declared")
def _declared_secrets(folder: Path, n: int) -> list[str]:
    configured(folder, registries={f"r{i}.example": {"auth": "secret"} for i in range(n)})
    secrets = [secret(f"x{i}", f"r{i}.example") for i in range(n)]
    return one_file(folder, stream([*secrets, *(pod(f"p{i}", f"r{i}.example/a:1") for i in range(n))]))
