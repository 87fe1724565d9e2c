"""Rules of a user: schemas over image uses, and packs in Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support import imagelint

if TYPE_CHECKING:
    from pathlib import Path

POD = """apiVersion: v1
kind: Pod
metadata: {name: a, namespace: payments}
spec:
  containers:
    - {name: one, image: "quay.io/acme/app:v0.9"}
    - {name: two, image: "registry.k8s.io/pause:3.10"}
"""
RULE = """custom-rules:
  - name: %s
    message: the platform team says no
    severity: error
    help: ask them
    schema: %s
"""


def run(folder: Path, config: str, *arguments: str) -> tuple[int, list[str], str]:
    (folder / ".git").mkdir(exist_ok=True)
    (folder / ".imagelint.yaml").write_text(config, encoding="utf-8")
    (folder / "pod.yaml").write_text(POD, encoding="utf-8")
    done = imagelint("pod.yaml", "--format=concise", "--allow-plugins", *arguments, cwd=folder)
    return done.returncode, done.stdout.splitlines(), done.stderr


@pytest.mark.parametrize(
    ("schema", "lines"),
    [
        ("{properties: {registry: {const: quay.io}}}", [7]),
        ("{properties: {normalized: {pattern: '^quay.io/acme/'}}}", [7]),
        ("{properties: {tag: {not: {pattern: '^v0[.]'}}}}", [6]),
        ("{properties: {tag: {maxLength: 3}}}", [6, 7]),
        ("{properties: {digest: {type: string}}}", [6, 7]),
        (
            """{if: {properties: {resource: {properties: {namespace: {const: payments}}}}},
                then: {properties: {pull_secrets: {contains: {const: payments-pull}}}}}""",
            [6, 7],
        ),
        ("{properties: {pull_secrets: {maxItems: 1}}}", []),
        ("{$ref: '#ours', $defs: {any: {$anchor: ours, properties: {registry: {const: quay.io}}}}}", [7]),
        ("{allOf: [{properties: {registry: {const: quay.io}}}], $ref: '#/allOf/0'}", [7]),
        ("{$ref: '#/$defs/a~1b', $defs: {a/b: {properties: {registry: {const: quay.io}}}}}", [7]),
        ("{properties: {image: {pattern: '^([a-z]+)+$'}}}", [6, 7]),
    ],
)
def test_images_that_do_not_fit_are_reported(tmp_path: Path, schema: str, lines: list[int]) -> None:
    _, out, _ = run(tmp_path, RULE % ("our-images", schema))
    found = [line for line in out if "error[our-images] the platform team says no (`" in line]
    assert [int(line.split(":")[1]) for line in found] == lines


@pytest.mark.parametrize("pattern", ["^([a-z]+)+$", "^(a|aa)+$", "^(.*)*x$", "^([a-z]*)*[a-z]*y$"])
def test_a_pattern_that_could_be_tried_in_any_number_of_ways_ends(tmp_path: Path, pattern: str) -> None:
    (tmp_path / "long.yaml").write_text(POD.replace("acme", f"{'a' * 200}-1"), encoding="utf-8")
    _, out, err = run(
        tmp_path, RULE % ("our-images", f"{{properties: {{repository: {{pattern: '{pattern}'}}}}}}"), "long.yaml"
    )
    assert "long.yaml:6:26: error[our-images]" in " ".join(out), err


def test_they_are_configured_like_any_other_rule(tmp_path: Path) -> None:
    config = RULE % ("our-images", "{properties: {registry: {const: quay.io}}}")
    assert run(tmp_path, config)[0] == 1
    assert run(tmp_path, f"{config}rules: {{our-images: off}}")[:2] == (0, [])
    ignored = "ignore: [{rule: our-images, image: 'registry.k8s.io/*', reason: agreed}]"
    assert run(tmp_path, config + ignored)[:2] == (0, [])


def test_they_are_selected_regardless_of_the_configuration_they_are_in(tmp_path: Path) -> None:
    run(tmp_path, RULE % ("our-images", "{properties: {registry: {const: quay.io}}}"))
    (tmp_path / "other").mkdir()
    (tmp_path / "other/.imagelint.yaml").write_text("", encoding="utf-8")
    (tmp_path / "other/pod.yaml").write_text(POD, encoding="utf-8")
    done = imagelint("pod.yaml", "other", "--select=our-images", "--format=concise", cwd=tmp_path)
    assert [line.partition(" ")[0] for line in done.stdout.splitlines()] == ["pod.yaml:7:26:"]


@pytest.mark.parametrize(
    ("name", "schema", "message"),
    [
        ("latest-tag", "{}", "2:5: the rule `latest-tag` already exists"),
        ("Our Images", "{}", "2:11:"),
        ("our-images", "{type: nothing}", "6:14: not a valid JSON Schema"),
        ("our-images", "[]", "6:13: `schema` must be a mapping, not a list"),
    ],
)
def test_a_wrong_rule_is_reported_with_its_place(tmp_path: Path, name: str, schema: str, message: str) -> None:
    status, out, err = run(tmp_path, RULE % (name, schema))
    assert (status, out) == (2, [])
    assert message in err


PACK = '''"""An image of the old team.

### What it does

Finds them.
"""
from imagelint.linting.finding import Severity
from imagelint.linting.rule import Rule


def check(index):
    for use in index.images:
        if "acme" in use.effective:
            yield RULE.at_image(use, "acme was disbanded")


RULE = Rule(__name__, Severity.WARNING, check)
RULES = [RULE]
'''


def test_a_pack_in_python(tmp_path: Path) -> None:
    (tmp_path / "old_team.py").write_text(PACK, encoding="utf-8")
    _, out, _ = run(tmp_path, "plugins: [old_team.py]\nrules: {old-team: error}\n")
    assert out == ["pod.yaml:6:26: error[old-team] acme was disbanded"]


def test_a_pack_runs_only_if_the_command_line_allows_it(tmp_path: Path) -> None:
    (tmp_path / "pack.py").write_text("open('ran', 'w')\nRULES = []", encoding="utf-8")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".imagelint.yaml").write_text("plugins: [pack.py]", encoding="utf-8")
    (tmp_path / "pod.yaml").write_text(POD, encoding="utf-8")
    for arguments in (["."], ["--config=.imagelint.yaml", "."], ["images", "."], ["config", "show"]):
        done = imagelint(*arguments, cwd=tmp_path)
        assert (done.returncode, "pass `--allow-plugins` to run them" in done.stderr) == (2, True)
        assert not (tmp_path / "ran").exists()
    imagelint("--allow-plugins", ".", cwd=tmp_path)
    assert (tmp_path / "ran").exists()


def test_a_pack_does_not_replace_another_module(tmp_path: Path) -> None:
    (tmp_path / "packs").mkdir()
    (tmp_path / "packs/json.py").write_text(PACK, encoding="utf-8")
    assert run(tmp_path, "plugins: [packs/json.py]\n")[1] == ["pod.yaml:6:26: warning[json] acme was disbanded"]
    assert '"rule": "json"' in imagelint("pod.yaml", "--format=json", "--allow-plugins", cwd=tmp_path).stdout


def test_a_pack_may_be_a_package_and_its_names_must_be_new(tmp_path: Path) -> None:
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack/old_team.py").write_text(PACK, encoding="utf-8")
    (tmp_path / "pack/__init__.py").write_text("from .old_team import RULES", encoding="utf-8")
    assert run(tmp_path, "plugins: [pack]")[1] == ["pod.yaml:6:26: warning[old-team] acme was disbanded"]
    twice = run(tmp_path, "plugins: [pack, pack/old_team.py]")[2]
    assert ".imagelint.yaml:1:17: `pack/old_team.py` defines the rule `old-team`, which already exists" in twice


@pytest.mark.parametrize("text", ["1 / 0", "RULES = 1", "import nothing_of_that_name", "def", "raise SystemExit"])
def test_a_pack_that_fails_is_reported_with_its_place(tmp_path: Path, text: str) -> None:
    (tmp_path / "pack.py").write_text(text, encoding="utf-8")
    status, out, err = run(tmp_path, "plugins: [pack.py]")
    assert (status, out) == (2, [])
    assert ".imagelint.yaml:1:11: `pack.py` cannot be loaded: " in err
    assert "`absent` cannot be loaded" in run(tmp_path, "plugins: [absent]")[2]
