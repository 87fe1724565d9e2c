"""Every format, report and command, over findings of many kinds."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

from imagelint.reporting import FORMATS
from inputs.rows import Rows, account, configured, one_file, pod, secret, stream

if TYPE_CHECKING:
    from pathlib import Path

ROWS = Rows()


def _mixed(n: int) -> str:
    """Findings of many rules, with related places and fixes."""
    return stream(
        text
        for i in range(n)
        for text in (
            pod(f"p{i}", "nginx:latest", f"quay.io:/a{i}", "k8s.gcr.io/pause:3.1", secrets=[f"s{i}"], account=f"a{i}"),
            secret(f"s{i}x", "https://gcr.io", auth="bm9jb2xvbg=="),
            account(f"a{i}", f"s{i}"),
        )
    )


for _format in FORMATS:

    @ROWS.add(f"findings, as {_format}", 100)
    def _one(folder: Path, n: int, format_: str = _format) -> list[str]:
        return one_file(folder, _mixed(n), "--profile=strict", "--format", format_)

    @ROWS.add(f"findings that point to another file, as {_format}", 50)
    def _two(folder: Path, n: int, format_: str = _format) -> list[str]:
        one_file(folder, stream(pod(f"p{i}", secrets=[f"s{i}"]) for i in range(n)))
        others = stream(secret(f"s{i}", namespace="other") for i in range(n))
        (folder / "z.yaml").write_text(others, encoding="utf-8")
        return ["check", "--format", format_, "."]


for _name, _arguments in (
    ("strict", ("--profile=strict",)),
    ("--verbose", ("--verbose",)),
    ("--statistics", ("--statistics",)),
    ("--diff", ("--diff", "--unsafe-fixes")),
    ("--fix", ("--fix", "--unsafe-fixes")),
    ("--write-baseline", ("--write-baseline", "b.json")),
    ("--strict-syntax", ("--strict-syntax",)),
    ("--timing", ("--timing",)),
):

    @ROWS.add(f"findings with {_name}", 100)
    def _with(folder: Path, n: int, arguments: tuple[str, ...] = _arguments) -> list[str]:
        return one_file(folder, _mixed(n), *arguments)


@ROWS.add("fixes on one line")
def _fixes_on_one_line(folder: Path, n: int) -> list[str]:
    items = ", ".join("{name: a, image: 'k8s.gcr.io/pause:3.1'}" for _ in range(n))
    text = f"apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec: {{containers: [{items}]}}\n"
    return one_file(folder, text, "--diff", "--unsafe-fixes")


def _fixes(folder: Path, n: int, *arguments: str) -> list[str]:
    text = stream(pod(f"p{i}", f"k8s.gcr.io/pause:3.{i}") for i in range(n))
    return one_file(folder, text, "--unsafe-fixes", *arguments)


@ROWS.add("fixes, as a difference")
def _diff(folder: Path, n: int) -> list[str]:
    return _fixes(folder, n, "--diff")


@ROWS.add("fixes, written")
def _fix(folder: Path, n: int) -> list[str]:
    return _fixes(folder, n, "--fix")


@ROWS.add("secrets that are hidden in frames")
def _hidden(folder: Path, n: int) -> list[str]:
    fields = ", ".join(f"k{i}: x" for i in range(n))
    secrets = f"apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\nstringData: {{{fields}}}\n"
    return one_file(folder, stream([secrets, pod("p", *["nginx:latest"] * n)]))


def _baseline(folder: Path, text: str) -> None:
    """A baseline for the findings of a text."""
    arguments = one_file(folder, text, "--write-baseline", "b.json")
    subprocess.run([sys.executable, "-m", "imagelint", *arguments], cwd=folder, check=True, capture_output=True)


@ROWS.add("findings of a baseline", 100)
def _applied(folder: Path, n: int) -> list[str]:
    _baseline(folder, _mixed(n))
    return ["check", "--baseline", "b.json", "m.yaml"]


@ROWS.add("findings of a baseline that are gone", 100)
def _pruned(folder: Path, n: int) -> list[str]:
    _baseline(folder, _mixed(n))
    return one_file(folder, pod("a"), "--baseline", "b.json", "--prune-baseline")


for _format in ("table", "json", "plain"):

    @ROWS.add(f"images, as {_format}")
    def _images(folder: Path, n: int, format_: str = _format) -> list[str]:
        one_file(folder, stream(pod(f"p{i}", f"quay.io/acme/a{i}", secrets=["s"]) for i in range(n)))
        return ["images", "--format", format_, "m.yaml"]


@ROWS.add("secrets of an account x its pods, as images")
def _images_of_account(folder: Path, n: int) -> list[str]:
    names = [f"s{i}" for i in range(20)]
    one_file(folder, stream([account("a", *names), *(pod(f"p{i}", account="a") for i in range(n))]))
    return ["images", "--format=json", "m.yaml"]


@ROWS.add("images of folders with a configuration of their own", 100)
def _images_of_folders(folder: Path, n: int) -> list[str]:
    for i in range(n):
        (folder / f"f{i}").mkdir()
        (folder / f"f{i}" / "p.yaml").write_text(pod(f"p{i}"), encoding="utf-8")
        configured(folder / f"f{i}", rules={"latest-tag": "error"})
    return ["images", *(f"f{i}" for i in range(n))]


@ROWS.add("entries of a configuration, shown", 200)
def _shown(folder: Path, n: int) -> list[str]:
    configured(
        folder,
        exclude=[f"x{i}" for i in range(n)],
        registries={f"r{i}.example": {"auth": "node"} for i in range(n)},
        ignore=[{"rule": "latest-tag", "name": f"p{i}", "reason": "known"} for i in range(n)],
        overrides=[{"paths": [f"x{i}"], "rules": {"latest-tag": "off"}} for i in range(n)],
    )
    return ["config", "show"]


@ROWS.add("images that init looks at", 200)
def _init(folder: Path, n: int) -> list[str]:
    one_file(folder, stream(pod(f"p{i}", f"r{i}.example/a:1") for i in range(n)))
    return ["init", "--force", "."]


@ROWS.add("entries of knowledge, shown")
def _knowledge(folder: Path, n: int) -> list[str]:
    entry = {"likely": "ghcr.io", "kind": "typo"}
    entries = [{"host": f"gh{i}.example", **entry} for i in range(n)]
    (folder / "k.yaml").write_text(json.dumps({"misspellings": entries}), encoding="utf-8")
    return ["knowledge", "--knowledge", "k.yaml"]


def _write_events(folder: Path, n: int) -> None:
    head = f"{'NAMESPACE':<10}{'LAST SEEN':<12}{'TYPE':<10}{'REASON':<10}{'OBJECT':<20}MESSAGE\n"
    line = 'Failed to pull image "quay.io/acme/a{0}:1": rpc error: code = NotFound desc = not found'
    start = f"{'prod':<10}{'1m':<12}{'Warning':<10}{'Failed':<10}"
    text = "".join(f"{start}{f'pod/p{i}':<20}{line.format(i)}\n" for i in range(n))
    (folder / "events").write_text(head + text, encoding="utf-8")


@ROWS.add("events that diagnose reads")
def _events(folder: Path, n: int) -> list[str]:
    _write_events(folder, n)
    return ["diagnose", "events"]


@ROWS.add("events that diagnose joins to manifests")
def _joined(folder: Path, n: int) -> list[str]:
    _write_events(folder, n)
    one_file(folder, stream(pod(f"p{i}", f"quay.io/acme/a{i}:1") for i in range(n)))
    return ["diagnose", "events", "--manifests", "m.yaml"]
