"""Kustomizations from strangers: what they read stays in the work tree, and what they cost has a bound."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from support import imagelint, set_limits

if TYPE_CHECKING:
    from pathlib import Path

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: quay.io/ACME/app:1.4}]}\n"
FINDING = "pod.yaml:4:38: error[invalid-image-reference]"
CANARY = "CANARY"
# Each takes the content of a file into an image, which messages repeat.
TAKES = """\
resources: [pod.yaml]
configMapGenerator:
- name: c
  {field}: [{path}]
replacements:
- source: {{kind: ConfigMap, name: c, fieldPath: data.x}}
  targets: [{{select: {{kind: Pod}}, fieldPaths: [spec.containers.0.image]}}]
"""


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A work tree with a manifest, beside a secret, with another one in the metadata of git."""
    path = tmp_path / "tree"
    secret = f"x={CANARY} x\n"
    write(tmp_path, {"secret": secret, "tree/.git/config": secret, "tree/pod.yaml": POD})
    (path / "link").symlink_to("../secret")
    (path / "folder").symlink_to("..")
    (path / "metadata").symlink_to(".git")
    (path / "config").symlink_to(".git/config")
    return path


def printed(tree: Path) -> str:
    """What is printed about the tree, which has to include the finding in its manifest."""
    done = imagelint("--format=json", "--format=concise", "--output=report", "--verbose", ".", cwd=tree)
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr + (tree / "report").read_text(encoding="utf-8")


PLACES = ["../secret", "link", "folder/secret", ".git/config", "metadata/config", "config", "a/../.git/config"]


@pytest.mark.parametrize("path", [*PLACES, "/etc/hostname", "//etc/hostname", "/dev/zero", "/dev/stdin", "../absent"])
@pytest.mark.parametrize("field", ["envs", "files"])
def test_generators_take_nothing_that_is_not_of_the_tree(tree: Path, field: str, path: str) -> None:
    with open("/etc/hostname", encoding="utf-8") as file:
        host = file.read().strip()
    named = f"x={path}" if field == "files" else path
    write(tree, {"kustomization.yaml": TAKES.format(field=field, path=named)})
    output = printed(tree)
    assert CANARY not in output
    assert f"image `{host}" not in output
    assert FINDING in output
    assert f"`{path}` is " in output


@pytest.mark.parametrize("path", PLACES)
@pytest.mark.parametrize(
    "field", ["resources", "components", "patchesStrategicMerge", "configurations", "generators", "crds", "openapi"]
)
def test_nothing_that_is_not_of_the_tree_is_listed(tree: Path, field: str, path: str) -> None:
    lines = {
        "resources": f"resources: [pod.yaml, {path}]\n",
        "openapi": f"resources: [pod.yaml]\nopenapi: {{path: {path}}}\n",
    }
    write(tree, {"kustomization.yaml": lines.get(field, f"resources: [pod.yaml]\n{field}: [{path}]\n")})
    output = printed(tree)
    assert CANARY not in output
    assert FINDING in output


def test_links_to_metadata_of_git_are_not_followed(tree: Path) -> None:
    write(tree, {".git/config": f"apiVersion: v1\nkind: Pod\n{CANARY}: ]\n"})
    (tree / "config.yaml").symlink_to(".git/config")
    output = printed(tree)
    assert CANARY not in output
    assert "note: config.yaml: symbolic link to metadata of version control, skipped" in output


@pytest.mark.parametrize("name", [".git/config", "metadata/config", "config"])
@pytest.mark.parametrize("key", ["inventory: [%s]", "knowledge: [%s]", "extends: %s"])
def test_a_configuration_reads_no_metadata_of_git(tree: Path, key: str, name: str) -> None:
    write(tree, {".imagelint.yaml": key % name})
    done = imagelint(".", cwd=tree)
    assert (done.returncode, f"`{name}` leads out of the work tree" in done.stderr) == (2, True)
    assert CANARY not in done.stderr


@pytest.mark.parametrize("options", [["--fix"], ["--fix", "--unsafe-fixes"]])
def test_no_fix_is_written_through_a_link_out_of_the_tree(tree: Path, options: list[str]) -> None:
    wrong = POD.replace("quay.io/ACME", "ghrc.io/acme")
    write(tree.parent, {"victim.yaml": wrong})
    (tree / "out.yaml").symlink_to("../victim.yaml")
    write(tree, {"kustomization.yaml": "resources: [out.yaml, folder/victim.yaml, ../victim.yaml]\n"})
    assert "Traceback" not in imagelint(*options, ".", cwd=tree).stderr
    assert (tree.parent / "victim.yaml").read_text(encoding="utf-8") == wrong


# A tenth of the steps shows as well that what is built of one root has a bound.
FEW_STEPS = """
from imagelint.sources.kustomize import budget
budget._MAX_STEPS //= 10
from imagelint.cli import main
main()
"""


def several(count: int, listed: str, more: str = "") -> dict[str, str]:
    """Folders each of which lists the one before it several times, in different ways."""
    files = {"k0/kustomization.yaml": f"{more}resources: [pod.yaml]\n", "k0/pod.yaml": POD}
    for number in range(1, count):
        files[f"k{number}/kustomization.yaml"] = more + listed.format(before=number - 1)
    return files


COMPONENT = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n"
BOTTOM = {"kustomization.yaml": "resources: [pod.yaml]\n", "pod.yaml": POD}
KEYS = "".join(f"a{n}=x\n" for n in range(20_000))
CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n" + "".join(
    f"  a{n}: x\n" for n in range(10_000)
)
BOMBS = {
    "overlays": several(30, "namePrefix: x-\nresources: [../k{before}, ../k{before}/../k{before}]\n"),
    "components": several(25, f"components: [{', '.join(['../k{before}'] * 6)}]\n", COMPONENT)
    | {"kustomization.yaml": "components: [k24]\n"},
    "levels": several(300, "resources: [../k{before}]\n"),
    "cycle": {"a/kustomization.yaml": "resources: [../b]\n", "b/kustomization.yaml": "resources: [../a, ../b]\n"},
    "generators": {
        "kustomization.yaml": "configMapGenerator:\n"
        + "".join(f"- {{name: c{number}, files: [a=large, b=large, c=large]}}\n" for number in range(1000))
    },
    "keys of a generator": {"kustomization.yaml": "configMapGenerator: [{name: c, envs: [keys]}]\n", "keys": KEYS}
    | {f"more{n}/kustomization.yaml": "secretGenerator: [{name: c, envs: [../keys]}]\n" for n in range(3)},
    "keys of a patch": {
        "kustomization.yaml": "resources: [c.yaml]\npatches: [{path: c.yaml}]\n",
        "c.yaml": CONFIG_MAP,
        "again/kustomization.yaml": "resources: [../c.yaml]\npatches: [{path: null.yaml}]\n",
        "again/null.yaml": CONFIG_MAP.replace(": x", ": null"),
    },
    "operations": {
        "kustomization.yaml": "resources: [c.yaml]\npatches: [{path: p.yaml, target: {kind: ConfigMap}}]\n",
        "c.yaml": CONFIG_MAP,
        "p.yaml": "".join(f"- {{op: add, path: /data/b{n}, value: x}}\n" for n in range(10_000)),
    },
    "diamonds": {
        f"{side}{n}/kustomization.yaml": f"namePrefix: {side}\nresources: [../l{n - 1}, ../r{n - 1}]\n"
        for n in range(1, 38)
        for side in ("l", "r")
    }
    | {f"{side}0/{name}": text for side in ("l", "r") for name, text in BOTTOM.items()},
    "copies": {
        "kustomization.yaml": "resources: [p.yaml]\npatches:\n- target: {kind: Pod}\n  patch: |\n"
        + "".join(f"    - {{op: copy, from: /spec, path: /spec/a{number}}}\n" for number in range(200)),
        "p.yaml": POD.replace("{name: a}", "{name: b}"),
    },
    "replacements": {
        "kustomization.yaml": "resources: [p.yaml]\nreplacements:\n"
        + "".join(
            "- source: {kind: Pod, name: b, fieldPath: metadata}\n"
            f"  targets: [{{select: {{name: b}}, fieldPaths: [metadata.a{n}], options: {{create: true}}}}]\n"
            for n in range(200)
        ),
        "p.yaml": POD.replace("{name: a}", "{name: b}"),
    },
    "substitutions": {
        "apps/p.yaml": POD.replace("{name: a}", "{name: b}")
        + "".join(f"x{n}: '{'${A}' * 20_000}'\n" for n in range(50)),
        "flux.yaml": "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: a}\n"
        f"spec: {{path: ./apps, postBuild: {{substitute: {{A: '{'x' * 900_000}'}}}}}}\n",
    },
}


@pytest.mark.parametrize("files", BOMBS.values(), ids=BOMBS)
def test_what_multiplies_ends_and_hides_nothing(tree: Path, files: dict[str, str]) -> None:
    with open(tree / "large", "wb") as file:
        os.truncate(file.fileno(), 3_000_000)
    write(tree, files)
    command = [sys.executable, "-W", "error", "-c", FEW_STEPS, "--format=concise", "--verbose", "."]
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False, preexec_fn=set_limits)
    assert "Traceback" not in done.stderr
    assert FINDING in done.stdout
