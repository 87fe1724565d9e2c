"""The configuration: found upward, checked with its place, and heard by the rules."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from jsonschema import Draft7Validator

from imagelint.config.file import load_configuration
from imagelint.config.layers import schema
from imagelint.config.search import find_configuration
from imagelint_rules import RULES
from support import imagelint

if TYPE_CHECKING:
    from pathlib import Path

FULL = """
cluster: {platform: eks, runtime: cri-o, architectures: [amd64]}
namespace: default
registries:
  registry.example.com: {auth: secret}
  "*.azurecr.io": {auth: node}
  ghcr.io/acme/: {auth: secret}
  quay.io: {reachable: false}
allow-only-declared: false
secrets: {external: ["prod/regcred", "*/acr-secret"]}
inventory-complete: false
rules: {latest-tag: error, short-name: {severity: warning}, stale-image: off}
overrides: [{paths: ["dev/**"], rules: {latest-tag: off}}]
ignore: [{rule: dead-image, image: "docker.io/bitnami/*", reason: mirrored, expires: 2027-01-31}]
exclude: ["vendor/**"]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The root of a work tree: what is above it says nothing."""
    (tmp_path / ".git").mkdir()
    return tmp_path


def pod(image: str, spec: str = "", metadata: str = "name: a, namespace: prod") -> str:
    return (
        f"apiVersion: v1\nkind: Pod\nmetadata: {{{metadata}}}\n"
        f"spec:\n  containers: [{{name: c, image: '{image}'}}]\n{spec}"
    )


def rules_found(folder: Path, config: str, manifest: str, *arguments: str, name: str = "pod.yaml") -> list[str]:
    (folder / ".imagelint.yaml").write_text(config, encoding="utf-8")
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(manifest, encoding="utf-8")
    done = imagelint(".", "--format=concise", "--today=2026-11-24", *arguments, cwd=folder)
    assert done.returncode in {0, 1}, done.stderr
    return [line.partition(": ")[2].partition("]")[0] + "]" for line in done.stdout.splitlines()]


def test_the_schema_is_one_and_the_full_example_fits(folder: Path) -> None:
    Draft7Validator.check_schema(schema())
    path = folder / ".imagelint.yaml"
    path.write_text(FULL, encoding="utf-8")
    configuration = load_configuration(str(path), RULES)
    assert configuration.settings.platform == "eks"
    assert configuration.exclude == ("vendor/**",)


def test_a_wrong_configuration_is_exit_2(folder: Path) -> None:
    (folder / ".imagelint.yaml").write_text("rulez: {}\n", encoding="utf-8")
    done = imagelint(".", cwd=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert ".imagelint.yaml:1:1: unknown key `rulez`; did you mean `rules`?" in done.stderr
    assert imagelint(".", "--isolated", cwd=folder).returncode == 0
    assert imagelint(".", "--config=absent.yaml", cwd=folder).returncode == 2


def test_the_nearest_file_upward_wins_up_to_the_root_of_the_work_tree(folder: Path) -> None:
    (folder / "a/b").mkdir(parents=True)
    (folder.parent / ".imagelint.yaml").write_text("rules: {}", encoding="utf-8")
    assert find_configuration(str(folder / "a/b")) is None
    (folder / "imagelint.yaml").write_text("rules: {}", encoding="utf-8")
    assert find_configuration(str(folder / "a/b")) == str(folder / "imagelint.yaml")
    (folder / "a/.imagelint.yaml").write_text("rules: {}", encoding="utf-8")
    assert find_configuration(str(folder / "a/b")) == str(folder / "a/.imagelint.yaml")
    (folder.parent / ".imagelint.yaml").unlink()


def test_each_input_has_its_own(folder: Path) -> None:
    for name, severity in (("one", "error"), ("two", "off")):
        (folder / name).mkdir()
        (folder / name / ".imagelint.yaml").write_text(f"rules: {{missing-tag: {severity}}}", encoding="utf-8")
        (folder / name / "pod.yaml").write_text(pod("quay.io/acme/app"), encoding="utf-8")
    done = imagelint("one", "two", "--format=concise", cwd=folder)
    assert [line.partition(":")[0] for line in done.stdout.splitlines()] == ["one/pod.yaml"]
    assert "error[missing-tag]" in done.stdout


def test_severities_overrides_and_rules_that_are_off(folder: Path) -> None:
    manifest = pod("quay.io/acme/app:latest")
    assert rules_found(folder, "{}", manifest) == ["warning[latest-tag]"]
    assert rules_found(folder, "rules: {latest-tag: info}", manifest) == ["info[latest-tag]"]
    assert rules_found(folder, "rules: {latest-tag: off}", manifest) == []
    overrides = "overrides: [{paths: ['pod.*'], rules: {latest-tag: off}}]"
    assert rules_found(folder, overrides, manifest) == []
    overrides = "rules: {latest-tag: off}\noverrides: [{paths: [pod.yaml], rules: {latest-tag: error}}]"
    assert rules_found(folder, overrides, manifest) == ["error[latest-tag]"]
    assert rules_found(folder, "rules: {short-name: error}", pod("acme/app:1")) == ["error[short-name]"]
    assert rules_found(folder, "cluster: {runtime: cri-o}", pod("acme/app:1")) == ["warning[short-name]"]


def test_findings_are_ignored_with_a_reason_until_a_day(folder: Path) -> None:
    manifest = pod("bitnami/redis:7.2")
    entry = "ignore: [{rule: dead-image, image: 'bitnami/*', kind: Pod, namespace: p*, reason: mirrored%s}]"
    assert rules_found(folder, "{}", manifest) == ["error[dead-image]"]
    assert rules_found(folder, entry % "", manifest) == []
    assert rules_found(folder, entry % ", expires: 2026-11-24", manifest) == []
    expired = rules_found(folder, entry % ", expires: 2026-11-23", manifest)
    assert expired == ["warning[expired-ignore]", "error[dead-image]"]
    assert rules_found(folder, entry % ", container: other", manifest) == ["error[dead-image]"]
    (folder / ".imagelint.yaml").write_text(entry % "", encoding="utf-8")
    done = imagelint(".", "--format=json", cwd=folder)
    assert '"suppressed": 1' in done.stdout
    assert "1 finding suppressed" in done.stderr


def test_what_is_excluded_is_not_read_unless_it_is_named(folder: Path) -> None:
    config, manifest = "exclude: ['vendor/**']", pod("quay.io/acme/app")
    assert rules_found(folder, config, manifest, name="vendor/pod.yaml") == []
    assert imagelint("vendor/pod.yaml", cwd=folder).returncode == 1


def test_image_volumes_before_they_work_by_default(folder: Path) -> None:
    volume = "  volumes: [{name: v, image: {reference: quay.io/acme/files:1}}]\n"
    manifest = pod("quay.io/acme/app:1") + volume
    assert rules_found(folder, "{}", manifest) == []
    assert rules_found(folder, "cluster: {kubernetes: 1.34}", manifest) == ["error[misplaced-pull-field]"]
    assert rules_found(folder, "cluster: {kubernetes: '1.9'}", manifest) == ["error[misplaced-pull-field]"]
    assert rules_found(folder, "cluster: {kubernetes: 1.35}", manifest) == []
    assert rules_found(folder, "cluster: {kubernetes: 1.34}", pod("quay.io/acme/app:1")) == []
    (folder / ".imagelint.yaml").write_text("cluster: {kubernetes: v1.34.1}", encoding="utf-8")
    assert "`v1.34.1` is not a minor version of Kubernetes" in imagelint(".", cwd=folder).stderr


def test_declared_registries(folder: Path) -> None:
    manifest = pod("harbor.example.com/team/app:1")
    assert rules_found(folder, "{}", manifest) == ["warning[unknown-registry]"]
    assert rules_found(folder, "registries: {harbor.example.com: {}}", manifest) == []
    declared = "registries: {'*.example.com': {auth: anonymous}, harbor.example.com/team/: {auth: secret}}"
    assert rules_found(folder, declared, manifest) == ["warning[pull-secret-missing]"]
    unreachable = "registries: {harbor.example.com: {reachable: false}}"
    assert rules_found(folder, unreachable, manifest) == ["warning[unreachable-registry]"]
    only = "registries: {harbor.example.com: {}}\nallow-only-declared: true"
    assert rules_found(folder, only, manifest) == []
    assert rules_found(folder, only, pod("quay.io/acme/app:1")) == ["warning[unknown-registry]"]
    acr = pod("myregistry.azurecr.io/app:1")
    assert rules_found(folder, "registries: {'*.azurecr.io': {auth: node}}", acr) == []
    assert rules_found(folder, "cluster: {platform: aks}", acr) == []
    assert rules_found(folder, "registries: {ghrc.io: {}}", pod("ghrc.io/acme/app:1")) == []


def test_namespaces_and_secrets_from_outside(folder: Path) -> None:
    spec = "  imagePullSecrets: [{name: regcred}]\n"
    manifest = pod("quay.io/acme/app:1", spec)
    assert rules_found(folder, "{}", manifest) == ["warning[pull-secret-undefined]"]
    assert rules_found(folder, "secrets: {external: ['prod/regcred']}", manifest) == []
    assert rules_found(folder, "secrets: {external: ['*/reg*']}", manifest) == []
    assert rules_found(folder, "secrets: {external: ['test/regcred']}", manifest) == ["warning[pull-secret-undefined]"]
    unnamed = pod("quay.io/acme/app:1", spec, metadata="name: a")
    secret = (
        "---\napiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: regcred, namespace: prod}\n"
        "spec: {template: {type: kubernetes.io/dockerconfigjson}}\n"
    )
    assert rules_found(folder, "namespace: prod", unnamed + secret) == []
    assert rules_found(folder, "namespace: test", unnamed + secret) == ["error[pull-secret-other-namespace]"]


def test_inventories_and_knowledge(folder: Path) -> None:
    (folder / "images.txt").write_text("quay.io/acme/app:v1\n", encoding="utf-8")
    (folder / "more").write_text(
        "images:\n- {match: quay.io/acme/old, status: removed, source: 'https://example.com/', evidence: thread}\n",
        encoding="utf-8",
    )
    config = "inventory: [images.txt]\nknowledge: [more]\ncluster: {architectures: [amd64]}\n"
    assert rules_found(folder, config, pod("quay.io/acme/app:1")) == ["error[image-not-in-inventory]"]
    assert rules_found(folder, config, pod("quay.io/acme/old:1")) == ["error[dead-image]"]
    assert rules_found(folder, config + "inventory-complete: true", pod("quay.io/acme/other:1")) == [
        "error[image-not-in-inventory]"
    ]
    assert rules_found(folder, config, pod("quay.io/acme/app:v1-arm64")) == [
        "error[image-not-in-inventory]",
        "error[platform-mismatch]",
    ]
    (folder / "more").write_text("images:\n- {match: quay.io/acme/old, status: gone}\n", encoding="utf-8")
    done = imagelint(".", cwd=folder)
    assert done.returncode == 2
    assert "more:2:" in done.stderr


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, set[str]()),
        ({"pyproject.toml": "[project]\nname = 'x'\n"}, set[str]()),
        ({".imagelint.yaml": "rules: {latest-tag: off}"}, {"jsonschema"}),
        ({".imagelint.yaml": "exclude: [a]"}, {"jsonschema", "imagelint.text.ignore_patterns"}),
        ({"pyproject.toml": "[tool.imagelint]\nnamespace = 'a'\n"}, {"jsonschema", "tomllib"}),
        ({".gitignore": "a\n"}, {"imagelint.text.ignore_patterns"}),
    ],
)
def test_a_run_imports_what_its_configuration_needs(folder: Path, files: dict[str, str], expected: set[str]) -> None:
    for name, text in {"pod.yaml": pod("quay.io/acme/app:1"), **files}.items():
        (folder / name).write_text(text, encoding="utf-8")
    code = "import sys; from imagelint.cli import cli; cli.main(['.'], standalone_mode=False); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True)
    lazy = {"jsonschema", "imagelint.text.ignore_patterns", "imagelint.sources.git_index", "tomllib"}
    assert lazy.intersection(done.stdout.split()) == expected


def test_profiles(folder: Path) -> None:
    manifest = pod("quay.io/acme/App:latest") + "---\n" + pod("quay.io/acme/app:latest")
    by_default = ["error[invalid-image-reference]", "warning[latest-tag]"]
    assert rules_found(folder, "profile: default", manifest) == by_default
    assert rules_found(folder, "profile: certain", manifest) == by_default[:1]
    assert rules_found(folder, "profile: strict", manifest) == [
        *by_default[:1],
        "warning[digest-required]",
        *by_default[1:],
    ]
    assert rules_found(folder, "profile: strict\nrules: {digest-required: off}", manifest) == by_default
    assert rules_found(folder, "profile: certain\nrules: {latest-tag: error}", manifest) == by_default[:1]
    assert rules_found(folder, "profile: certain", manifest, "--profile=default") == by_default
    assert rules_found(folder, "profile: strict", manifest, "--isolated") == by_default
