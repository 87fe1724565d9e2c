"""Where a configuration comes from, and what several of them say together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from imagelint.config.file import load_configuration
from imagelint.config.layers import layers, merged
from imagelint.config.search import find_configuration
from imagelint_rules import RULES
from support import imagelint

if TYPE_CHECKING:
    from pathlib import Path

TABLE = "[tool.imagelint]\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The root of a work tree: what is above it says nothing."""
    (tmp_path / ".git").mkdir()
    return tmp_path


def write(folder: Path, **files: str) -> str:
    """Write YAML files by their stems, and return the path of the first."""
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return str(folder / f"{next(iter(files))}.yaml")


def content(path: str) -> dict[str, object]:
    return merged(layers(path))


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        (TABLE, True),
        ("[tool.imagelint.rules]\n", True),
        ('[project]\nname = "x"\n[tool]\nimagelint = {}\n', True),
        ('[project]\nname = "imagelint"\n', False),
        ("[tool.other]\n# [tool.imagelint]\n", False),
        ("tool = 'imagelint'", False),
        ("", False),
        (f"{TABLE}broken", True),
        ("[project]\nbroken # imagelint", False),
    ],
)
def test_a_pyproject_counts_if_it_has_the_table(folder: Path, text: str, counts: bool) -> None:
    (folder / "imagelint.yaml").write_text("", encoding="utf-8")
    (folder / "a").mkdir()
    project = folder / "a/pyproject.toml"
    project.write_text(text, encoding="utf-8")
    assert find_configuration(str(folder / "a")) == str(project if counts else folder / "imagelint.yaml")


def test_in_one_folder_the_yaml_wins(folder: Path) -> None:
    (folder / "pyproject.toml").write_text(TABLE, encoding="utf-8")
    assert find_configuration(str(folder)) == str(folder / "pyproject.toml")
    for name in ("imagelint.yml", "imagelint.yaml", ".imagelint.yml", ".imagelint.yaml"):
        (folder / name).write_text("", encoding="utf-8")
        assert find_configuration(str(folder)) == str(folder / name)


def test_toml_means_what_yaml_means(folder: Path) -> None:
    path = write(
        folder,
        here="""
cluster: {platform: eks, architectures: ["386", amd64]}
registries: {quay.io: {reachable: false}, "*.azurecr.io": {auth: node}}
allow-only-declared: true
rules: {latest-tag: off, mutable-tag: {severity: error, tags: [main]}}
overrides: [{paths: ["dev/**"], rules: {latest-tag: error}}]
ignore: [{rule: dead-image, image: "bitnami/*", reason: mirrored, expires: 2027-01-31}]
custom-rules: [{name: a, message: b, schema: {properties: {tag: {maxLength: 3}}}}]
""",
    )
    project = folder / "pyproject.toml"
    project.write_text(
        f"""{TABLE}
cluster = {{platform = "eks", architectures = ["386", "amd64"]}}
allow-only-declared = true
overrides = [{{paths = ["dev/**"], rules = {{latest-tag = "error"}}}}]
[tool.imagelint.registries]
"quay.io".reachable = false
"*.azurecr.io" = {{auth = "node"}}
[tool.imagelint.rules]
latest-tag = "off"
mutable-tag.severity = "error"
mutable-tag.tags = ['main']
[[tool.imagelint.ignore]]
rule = "dead-image"
image = "bitnami/*"
reason = "mirrored"
expires = 2027-01-31
[[tool.imagelint.custom-rules]]
name = "a"
message = "b"
schema.properties.tag.maxLength = 3
""",
        encoding="utf-8",
    )
    assert content(str(project)) == content(path)
    assert load_configuration(str(project), RULES).selection.ignored[0].expires is not None


def test_own_words_come_before_extended_ones_and_lists_are_put_together(folder: Path) -> None:
    path = write(
        folder,
        here="extends: [one.yaml, two.yaml]\nnamespace: own\nexclude: [own]\nrules: {latest-tag: off}",
        one="""
namespace: one
exclude: [one]
cluster: {platform: eks, architectures: [amd64]}
rules: {latest-tag: error, missing-tag: error, mutable-tag: {severity: error, tags: [one]}}
registries: {quay.io: {auth: secret}}
secrets: {external: [a/one]}
""",
        two="""
namespace: two
exclude: [two]
cluster: {runtime: cri-o, architectures: [arm64]}
rules: {missing-tag: info, mutable-tag: {tags: [two]}}
registries: {quay.io: {reachable: false}, ghcr.io: }
secrets: {external: [a/two]}
""",
    )
    assert content(path) == {
        "namespace": "own",
        "exclude": ["one", "two", "own"],
        "cluster": {"platform": "eks", "runtime": "cri-o", "architectures": ["arm64"]},
        "rules": {"latest-tag": "off", "missing-tag": "info", "mutable-tag": {"severity": "error", "tags": ["two"]}},
        "registries": {"quay.io": {"auth": "secret", "reachable": False}, "ghcr.io": None},
        "secrets": {"external": ["a/one", "a/two"]},
    }


def test_a_file_that_is_extended_twice_counts_once(folder: Path) -> None:
    path = write(folder, here="extends: [a.yaml, b.yaml]", a="extends: c.yaml", b="extends: c.yaml", c="exclude: [c]")
    assert content(path) == {"exclude": ["c"]}


def test_files_are_relative_to_the_file_that_names_them_and_globs_to_the_effective_one(folder: Path) -> None:
    (folder / "base").mkdir()
    (folder / "base/images.txt").write_text("quay.io/acme/app:1\n", encoding="utf-8")
    write(folder / "base", base="inventory: [images.txt]\nexclude: [vendor/]\noverrides: [{paths: [dev/], rules: {}}]")
    found = load_configuration(write(folder, here="extends: base/base.yaml"), RULES)
    assert found.inventory == (str(folder / "base/images.txt"),)
    assert (found.exclude, found.selection.folder) == (("vendor/",), str(folder))


def test_rules_of_an_extended_file_can_be_set(folder: Path) -> None:
    base = "custom-rules: [{name: ours, message: no, schema: {}}]\nrules: {ours: error}"
    found = load_configuration(write(folder, here="extends: base.yaml\nrules: {ours: off}", base=base), RULES)
    assert [rule.name for rule in found.own_rules] == ["ours"]
    assert found.selection.rules["ours"].is_on is False


def test_an_expired_entry_is_reported_once_at_its_place(folder: Path) -> None:
    write(folder, base="ignore:\n- {rule: dead-image, reason: x, expires: 2026-01-01}")
    for name in ("a", "b"):
        (folder / name).mkdir()
        (folder / name / ".imagelint.yaml").write_text("extends: ../base.yaml", encoding="utf-8")
        (folder / name / "pod.yaml").write_text("", encoding="utf-8")
    done = imagelint("a", "b", "--format=concise", cwd=folder)
    assert [line.partition("]")[0] for line in done.stdout.splitlines()] == ["base.yaml:2:3: warning[expired-ignore"]
