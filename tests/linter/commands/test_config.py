"""`imagelint config`, and what comes first: the command line, the environment, the file, the default."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft7Validator

from imagelint_rules import RULES
from support import imagelint

if TYPE_CHECKING:
    from pathlib import Path

POD = """apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  containers: [{name: a, image: "quay.io/acme/app:latest"}]
"""
BASE = "rules: {latest-tag: error}\nexclude: [vendor/]\nregistries: {quay.io: {auth: secret}}\n"
HERE = """extends: base.yaml
profile: certain
cluster: {runtime: cri-o}
registries:
  quay.io: {reachable: true}
exclude: [dev/]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A work tree with a configuration, the one that it extends, and a manifest."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "base.yaml").write_text(BASE, encoding="utf-8")
    (tmp_path / ".imagelint.yaml").write_text(HERE, encoding="utf-8")
    (tmp_path / "pod.yaml").write_text(POD, encoding="utf-8")
    return tmp_path


def shown(folder: Path, *arguments: str, **environment: str) -> dict[str, list[tuple[object, str]]]:
    done = imagelint("config", "show", "--format=json", *arguments, cwd=folder, **environment)
    assert (done.returncode, done.stderr) == (0, "")
    found: dict[str, list[tuple[object, str]]] = {}
    for value in json.loads(done.stdout)["values"]:
        found.setdefault(value["name"], []).append((value["value"], value["origin"]))
    return found


def test_every_value_has_its_origin(folder: Path) -> None:
    values = shown(folder)
    assert values["profile"] == [("certain", ".imagelint.yaml:2")]
    assert values["cluster.runtime"] == [("cri-o", ".imagelint.yaml:3")]
    assert values["cluster.platform"] == [(None, "default")]
    assert values["allow-only-declared"] == [(False, "default")]
    assert values["registries.quay.io"] == [
        ({"auth": "secret", "reachable": True}, "base.yaml:3, .imagelint.yaml:5"),
    ]
    assert values["exclude"] == [("vendor/", "base.yaml:2"), ("dev/", ".imagelint.yaml:6")]
    assert values["rules.latest-tag"] == [("error", "base.yaml:1")]
    assert values["rules.missing-tag"] == [("warning", "default")]
    assert values["rules.digest-required"] == [("off", "default")]
    assert values["rules.short-name"] == [("warning", "cluster.runtime cri-o")]
    assert values["fail-on"] == [("warning", "default")]


def test_the_command_line_comes_before_the_environment_and_that_before_the_file(folder: Path) -> None:
    assert shown(folder, IMAGELINT_PROFILE="strict")["profile"] == [("strict", "environment")]
    both = shown(folder, "--profile=default", IMAGELINT_PROFILE="strict", IMAGELINT_FAIL_ON="info")
    assert both["profile"] == [("default", "command line")]
    assert both["fail-on"] == [("info", "environment")]
    assert shown(folder, "--profile=strict")["rules.digest-required"] == [("warning", "profile strict")]
    assert shown(folder, IMAGELINT_CONFIG="base.yaml")["config"] == [("base.yaml", "environment")]
    isolated = shown(folder, "--isolated", IMAGELINT_CONFIG="base.yaml")
    assert isolated["rules.latest-tag"] == [("warning", "default")]


def test_it_is_a_table_for_people(folder: Path) -> None:
    done = imagelint("config", "show", cwd=folder)
    rows = [line.split() for line in done.stdout.splitlines()]
    assert ["cluster.platform", "-", "default"] in rows
    assert ["profile", "certain", ".imagelint.yaml:2"] in rows


def test_rules_of_ones_own_are_shown(folder: Path) -> None:
    own = "custom-rules: [{name: ours, message: no, schema: {}}]"
    (folder / ".imagelint.yaml").write_text(own, encoding="utf-8")
    assert shown(folder)["rules.ours"] == [("warning", "default")]


@pytest.mark.parametrize(
    ("environment", "arguments", "out"),
    [
        ({"IMAGELINT_FORMAT": "concise"}, [], "pod.yaml:5:33: warning[latest-tag]"),
        ({"IMAGELINT_FORMAT": "concise"}, ["--format=json"], "{"),
        ({"IMAGELINT_FORMAT": "concise"}, ["--statistics"], "     1  warning"),
        ({"IMAGELINT_COLOR": "always"}, [], "\x1b["),
        ({"IMAGELINT_FORMAT": ""}, [], "warning[latest-tag]: "),
    ],
)
def test_the_environment_sets_the_format(
    folder: Path, environment: dict[str, str], arguments: list[str], out: str
) -> None:
    done = imagelint("pod.yaml", "--isolated", *arguments, cwd=folder, **environment)
    assert done.stdout.startswith(out)
    assert done.returncode == 1


def test_the_environment_sets_what_fails(folder: Path) -> None:
    assert imagelint("pod.yaml", "--isolated", cwd=folder, IMAGELINT_FAIL_ON="error").returncode == 0
    assert imagelint("pod.yaml", "--isolated", cwd=folder, IMAGELINT_CONFIG="absent").returncode == 1
    assert imagelint("pod.yaml", cwd=folder, IMAGELINT_CONFIG="absent").returncode == 2
    wrong = imagelint("pod.yaml", cwd=folder, IMAGELINT_FAIL_ON="never")
    assert (wrong.returncode, "'--fail-on'" in wrong.stderr) == (2, True)
    two = imagelint("pod.yaml", cwd=folder, IMAGELINT_FORMAT="json text")
    assert (two.returncode, "IMAGELINT_FORMAT can only be a single format" in two.stderr) == (2, True)


def test_the_schema_is_one_and_knows_the_rules(folder: Path) -> None:
    done = imagelint("config", "schema", cwd=folder)
    schema = json.loads(done.stdout)
    Draft7Validator.check_schema(schema)
    assert [*schema["definitions"]["rules"]["properties"]] == [rule.name for rule in RULES]
    validator: Any = Draft7Validator(schema)
    assert validator.is_valid({"rules": {"latest-tag": "off", "of-a-pack": {"severity": "info"}}})
    assert not validator.is_valid({"rules": {"latest-tag": "on"}})
