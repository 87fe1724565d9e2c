"""No value of a Secret reaches any output, however the Secret is written or broken."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import TYPE_CHECKING

import click
import pytest

from imagelint.cli import cli
from imagelint.commands.terminal import show
from imagelint.reporting import FORMATS
from imagelint_rules import RULES
from kustomizations import write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CANARY = "hunter2canary"
BASE64 = b64encode(CANARY.encode()).decode()
CONFIG = json.dumps({"auths": {f"https://{CANARY}:{CANARY}@quay.io/": {"username": "u", "password": CANARY}}})
CONFIG64 = b64encode(CONFIG.encode()).decode()
AUTH64 = b64encode(f"u:{CANARY}".encode()).decode()
HEAD = "apiVersion: v1\nkind: Secret\nmetadata: {name: regcred}\ntype: kubernetes.io/dockerconfigjson\n"
POD = (
    "---\napiVersion: v1\nkind: Pod\nmetadata: {name: a}\n"
    "spec: {imagePullSecrets: [{name: regcred}, {name: absent}], containers: [{name: a, image: quay.io/ACME/a}]}\n"
)
IN_LINE = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "regcred"}, "type": "kubernetes.io/dockercfg"}

SECRETS = {
    "as it should be": f"{HEAD}data: {{.dockerconfigjson: {CONFIG64}}}\n",
    "as text": f"{HEAD}stringData:\n  .dockerconfigjson: '{CONFIG}'\n",
    "auth": f'{HEAD}stringData: {{.dockerconfigjson: \'{{"auths": {{"quay.io": {{"auth": "{AUTH64}"}}}}}}\'}}\n',
    "no base64": f'{HEAD}stringData: {{.dockerconfigjson: \'{{"auths": {{"a": {{"auth": "{CANARY}!"}}}}}}\'}}\n',
    "plain where base64 belongs": f"{HEAD}data: {{.dockerconfigjson: '{CANARY}', b: '{CONFIG}'}}\n",
    "cut base64": f"{HEAD}data: {{.dockerconfigjson: {CONFIG64[:-3]}}}\n",
    "no JSON": f"{HEAD}stringData: {{.dockerconfigjson: '{{{CANARY}'}}\n",
    "wrong layout": f"{HEAD}stringData: {{.dockerconfigjson: '[\"{CANARY}\"]'}}\n",
    "wrong type": f"{HEAD[:-11]}cfg\nstringData: {{.dockerconfigjson: '{CONFIG}'}}\n",
    "block scalar": f"{HEAD}stringData:\n  .dockerconfigjson: |\n    {CONFIG}\n  a: >-\n    {CANARY}\n    {CANARY}\n",
    "quoted over lines": f'{HEAD}stringData:\n  a: "{CANARY}\n    {CANARY}\n\n    {CANARY}"\n',
    "anchors": f"x: &x {CANARY}\ny: &y {{a: *x, b: {CANARY}}}\n{HEAD}stringData: *y\ndata: {{<<: *y, c: *x}}\n",
    "alias that looks like one": f"{HEAD}stringData: {{a: *{CANARY}}}\n",
    "tag that looks like one": f"{HEAD}stringData: {{a: !{CANARY}!x y, b: !{CANARY}}}\n",
    "one line": json.dumps({**IN_LINE, "stringData": {".dockercfg": CANARY}, "data": {"a": BASE64}}) + "\n",
    "misspelt fields": json.dumps({**IN_LINE, "stringdata": {"a": CANARY}, "values": [CANARY], "Data": BASE64}) + "\n",
    "text for data": json.dumps({**IN_LINE, "stringData": CANARY, "data": [BASE64]}) + "\n",
    "fields twice": f"{HEAD}stringData: {{a: {CANARY}, a: x}}\nstringData: {{b: {CANARY}}}\ndata: {{c: {BASE64}}}\n",
    "complex keys": f"{HEAD}stringData: {{? [{CANARY}] : x}}\n? [{CANARY}]\n: {CANARY}\n",
    "annotation": HEAD.replace("{name: regcred}", f"{{name: regcred, annotations: {{last-applied: '{CANARY}'}}}}"),
    "list": "apiVersion: v1\nkind: List\nitems:\n- " + f"{HEAD}stringData: {{a: {CANARY}}}\n".replace("\n", "\n  "),
    "template": "apiVersion: template.openshift.io/v1\nkind: Template\nobjects:\n- "
    + f"{HEAD}stringData: {{.dockerconfigjson: '{CONFIG}'}}\n".replace("\n", "\n  "),
    "rendered by Helm": f"# Source: chart/templates/secret.yaml\n{HEAD}data: {{.dockerconfigjson: {CONFIG64}!}}\n",
    "broken after it": f"{HEAD}stringData: {{a: {CANARY}}}\nbroken: [\n",
    "broken in it": f"{HEAD}stringData: {{a: {CANARY}, b: '{CANARY}\n",
    "broken before it": f"apiVersion: v1\nkind: Secret\nx: {{{CANARY}: ]\nstringData: {{a: {CANARY}}}\n",
    "tab in it": f"{HEAD}stringData:\n\ta: {CANARY}\n  b: {CANARY}\n",
    "too deep": f"{HEAD}stringData: {{a: {CANARY}, b: {'[' * 300}\n",
    "suppressed": f"{HEAD}stringData: {{a: {CANARY}}}  # imagelint: ignore[pull-secret-malformed] x\n",
}  # fmt: skip
# Pods with a secret in them, or beside them in the same document or line.
PLACES = {
    "environment in a line": "spec: {containers: [{image: q/A, env: [{name: A, value: hunter2canary}]}]}\n",
    "environment before": "spec: {containers: [{env: [{name: A, value: hunter2canary}], image: q/A}]}\n",
    "environment beside": (
        "spec:\n  containers:\n  - image: q/A\n    env:\n    - name: A\n      value: hunter2canary\n"
    ),
    "arguments": "spec: {containers: [{args: ['--password=hunter2canary'], image: q/A}]}\n",
    "annotation": (
        "spec: {a: {last-applied-configuration: '{a: hunter2canary}'}, containers: [{image: q/A}]}\n"
    ),
    "docker config": (
        "x: '{\"auths\": {\"a\": {\"auth\": \"hunter2canary\"}}}'\nspec: {containers: [{image: q/A}]}\n"
    ),
    "URL": "spec: {containers: [{image: 'https://bob:hunter2canary@host/a:1'}]}\n",
    "user": "spec: {containers: [{image: 'bob:hunter2canary@host/a:1'}]}\n",
    "token": "spec: {containers: [{image: 'hunter2canary@ghcr.io/a/b:1'}]}\n",
    "other scheme": "spec: {containers: [{image: 'oci://u:hunter2canary@h'}]}\n",
    "escaped URL": 'spec: {containers: [{image: "https://bob:hunter2canary\\x40host/a:1"}]}\n',
    "URL with a placeholder": "spec: {containers: [{image: 'https://bob:hunter2canary@${HOST}/a:1'}]}\n",
    "URL with blanks": "spec: {containers: [{image: 'https://bob:hunter2canary x@host/a:1'}]}\n",
    "long URL": (
        f"spec: {{containers: [{{image: 'https://bob:{'x' * 40}hunter2canary{'x' * 80}@host.io/a:1'}}]}}\n"
    ),
    "in a volume": (
        "spec: {volumes: [{name: a, image: {reference: 'https://bob:hunter2canary@h/a'}}], containers: []}\n"
    ),
    "related place": (
        "spec: {imagePullSecrets: [{name: x}], containers: [{image: q/a, env: [{name: A, value: hunter2canary}]}]}\n"
    ),
    "alias that is none": (
        "spec:\n  containers:\n  - image: q/A\n    env: [{name: A, value: *hunter2canary}]\n"
    ),
    "tag that is none": (
        "spec:\n  containers:\n  - image: q/A\n    env: [{name: A, value: !hunter2canary!x y}]\n"
    ),
    "broken line": "spec:\n  containers:\n  - image: q/A\n    value: hunter2canary: x\n",
    "escaped kind beside": (
        "spec: {containers: [{image: q/A}]}\n---\n{kind: \"S\\x65cret\", data: {a: hunter2canary}}\n"
    ),
    "unknown object beside": (
        "spec: {containers: [{image: q/A}]}\n---\n{kind: X, s: {stringData: {a: hunter2canary}}}\n"
    ),
}  # fmt: skip
KUSTOMIZATIONS = {
    "literals": f"secretGenerator: [{{name: regcred, literals: [a={CANARY}, '{CANARY}']}}]\nresources: [a.yaml]\n",
    "broken": f"secretGenerator: [{{name: regcred, literals: [password={CANARY}]}}\nresources: [a.yaml]\n",
    "image": f"images: [{{name: quay.io/ACME/a, newName: 'https://bob:{CANARY}@host/a'}}]\nresources: [a.yaml]\n",
    "inline patch": f"patches: [{{patch: 'data: {{a: {CANARY}}}', target: {{kind: Secret}}}}]\nresources: [a.yaml]\n",
}  # fmt: skip
PATCH = "apiVersion: v1\nkind: Secret\nmetadata: {name: regcred}\n"
FLUX = (
    "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: a, namespace: b}\n"
    "spec: {path: ./overlay, sourceRef: {kind: GitRepository, name: c}, postBuild: {SUBSTITUTE}}\n"
)
# An overlay of a base with a Secret and a Pod, whose image and pull secrets are reported.
OVERLAYS = {
    "base": {"base/secret.yaml": f"{HEAD}data: {{.dockerconfigjson: {CONFIG64}}}\n"},
    "patch": {"overlay/patch.yaml": f"{PATCH}stringData: {{.dockerconfigjson: '{CONFIG}', b: {CANARY}}}\n"},
    "patch that is not YAML": {"overlay/patch.yaml": f"{PATCH}stringData: {{b: {CANARY}\n"},
    "patch of another type": {"overlay/patch.yaml": f"{PATCH}data: [{CANARY}]\n"},
    "patch for nothing": {"overlay/patch.yaml": f"{PATCH.replace('regcred', 'none')}stringData: {{b: {CANARY}}}\n"},
    "JSON patch": {
        "overlay/kustomization.yaml": "resources: [../base]\npatches: [{target: {kind: Secret}, path: json.yaml}]\n",
        "overlay/json.yaml": f"- {{op: add, path: /data/a, value: {BASE64}}}\n"
        f"- {{op: test, path: /x, value: {CANARY}}}\n",
    },
    "generator": {
        "overlay/kustomization.yaml": "resources: [../base]\nsecretGenerator:\n  - name: regcred\n    behavior: merge\n"
        f"    envs: [a.env]\n    files: [.dockerconfigjson=config]\n    literals: ['b={CANARY}', '{CANARY}']\n",
        "overlay/a.env": f"PASSWORD={CANARY}\n",
        "overlay/config": CONFIG,
    },
    "replacement into an image": {
        "base/secret.yaml": f"{HEAD}stringData: {{image: 'q/{CANARY}/A'}}\n",
        "overlay/kustomization.yaml": "resources: [../base]\nreplacements:\n"
        "  - source: {kind: Secret, fieldPath: stringData.image}\n"
        "    targets: [{select: {kind: Pod}, fieldPaths: ['spec.containers.[name=a].image']}]\n",
    },
    "var": {
        "base/secret.yaml": f"{HEAD}stringData: {{image: 'q/{CANARY}/A'}}\n",
        "base/pod.yaml": POD.replace("quay.io/ACME/a", "$(IMAGE)"),
        "overlay/kustomization.yaml": "resources: [../base]\nconfigurations: [config.yaml]\nvars:\n"
        "  - {name: IMAGE, objref: {kind: Secret, name: regcred, apiVersion: v1}, fieldref: "
        "{fieldPath: stringData.image}}\n",
        "overlay/config.yaml": "varReference: [{path: spec/containers/image, kind: Pod}]\n",
    },
    "newName": {
        "overlay/kustomization.yaml": "resources: [../base]\n"
        f"images: [{{name: quay.io/ACME/a, newName: 'https://bob:{CANARY}@host/a'}}]\n",
    },
    "Flux": {"flux.yaml": FLUX.replace("SUBSTITUTE", f"substitute: {{PASSWORD: {CANARY}}}")},
    "Flux from a Secret": {
        "flux.yaml": FLUX.replace("SUBSTITUTE", "substituteFrom: [{kind: Secret, name: values}]"),
        "values.yaml": f"{HEAD.replace('regcred', 'values')}stringData: {{TAG: {CANARY}}}\n",
        "base/pod.yaml": POD.replace("ACME/a", "acme/a:${TAG}"),
    },
}
COMMANDS = [
    *([f"--format={format_}"] for format_ in FORMATS),
    ["--statistics"],
    ["--diff", "--unsafe-fixes"],
    ["--verbose"],
    ["--write-baseline=base.json"],
    ["images", "--format=json"],
    ["images"],
    ["init", "--force"],
]


def everything(folder: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[str]:
    """What each command prints and writes over a folder, with all rules on."""
    rules = ",".join(rule.name for rule in RULES)
    before = set(folder.iterdir())
    for command in COMMANDS:
        selected = [] if command[0] in {"images", "init"} else [f"--select={rules}"]
        cli.main([*command, *selected, "."], standalone_mode=False)
        yield "".join(capsys.readouterr())
        yield from (path.read_text(encoding="utf-8") for path in {*folder.iterdir()} - before)


def assert_kept(printed: str) -> None:
    for secret in (CANARY, BASE64[:-2], CONFIG64[:20], AUTH64[:-2]):
        assert secret not in printed


@pytest.mark.parametrize("text", SECRETS.values(), ids=SECRETS)
def test_secrets(
    tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text(text + POD, encoding="utf-8")
    printed = [*everything(tmp_path, capsys)]
    assert any("a.yaml" in output for output in printed)
    for output in printed:
        assert_kept(output)


@pytest.mark.parametrize("text", PLACES.values(), ids=PLACES)
def test_pods(tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text(f"apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\n{text}", encoding="utf-8")
    printed = [*everything(tmp_path, capsys)]
    assert any("a.yaml" in output for output in printed)
    for output in printed:
        assert_kept(output)


@pytest.mark.parametrize("text", KUSTOMIZATIONS.values(), ids=KUSTOMIZATIONS)
def test_kustomizations(
    tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "kustomization.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "a.yaml").write_text(POD.replace("kind: Pod", "kind: Rollout"), encoding="utf-8")
    for output in everything(tmp_path, capsys):
        assert_kept(output)


SECRET = f"apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\nstringData: {{x: '{CANARY} A', y: 'b:{CANARY}'}}\n"
FROM_SECRETS = {
    "replacement": "source: {kind: Secret, name: s, fieldPath: stringData.x}",
    "piece": "source: {kind: Secret, name: s, fieldPath: stringData.y, options: {delimiter: ':', index: 1}}",
    "no piece": "source: {kind: Secret, name: s, fieldPath: stringData.y, options: {delimiter: ':', index: 9}}",
    "all of it": "source: {kind: Secret, name: s, fieldPath: stringData}",
    "generated": "source: {kind: Secret, name: generated, fieldPath: data.x}",
    "from a file": "source: {kind: Secret, name: from-file, fieldPath: data.password}",
}
TARGETS = {
    "image": "{select: {kind: Pod}, fieldPaths: [spec.containers.0.image]}",
    "tag": "{select: {kind: Pod}, fieldPaths: [spec.containers.0.image], options: {delimiter: ':', index: 1}}",
    "container": "{select: {kind: Pod}, fieldPaths: [spec.containers.0]}",
    "pull secret": "{select: {kind: Pod}, fieldPaths: [spec.imagePullSecrets.0.name]}",
    "new pull secret": "{select: {kind: Pod}, fieldPaths: [spec.imagePullSecrets.2.name], options: {create: true}}",
    "name": "{select: {kind: Pod}, fieldPaths: [metadata.name]}",
}


def overlay_of_secrets(folder: Path, kustomization: str, image: str = "quay.io/ACME/a:1") -> None:
    """A kustomization with a Pod, and with Secrets of each origin."""
    generated = (
        f"secretGenerator: [{{name: generated, literals: [x={CANARY}]}}, {{name: from-file, files: [password]}}]\n"
    )
    files = {
        "kustomization.yaml": f"resources: [a.yaml, s.yaml]\n{generated}{kustomization}",
        "a.yaml": POD.replace("quay.io/ACME/a", image),
        "s.yaml": SECRET,
        "password": CANARY,
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
@pytest.mark.parametrize("source", FROM_SECRETS.values(), ids=FROM_SECRETS)
def test_replacements_that_take_a_secret(
    tmp_path: Path, source: str, target: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    overlay_of_secrets(tmp_path, f"replacements:\n- {source}\n  targets: [{target}]\n")
    for command in (["--format=json", "--verbose"], ["images", "--format=json"]):
        cli.main([*command, "."], standalone_mode=False)
        assert_kept("".join(capsys.readouterr()))


def test_vars_that_take_a_secret(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    var = "vars: [{name: X, objref: {apiVersion: v1, kind: Secret, name: s}, fieldref: {fieldPath: stringData.x}}]\n"
    (tmp_path / "config.yaml").write_text(
        "varReference: [{path: spec/containers/image, kind: Pod}]\n", encoding="utf-8"
    )
    overlay_of_secrets(tmp_path, f"{var}configurations: [config.yaml]\n", "quay.io/ACME/$(X):1")
    for output in everything(tmp_path, capsys):
        assert_kept(output)


def test_the_name_of_a_secret_is_replaced(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    source = "source: {kind: Secret, name: s}"
    overlay_of_secrets(tmp_path, f"replacements:\n- {source}\n  targets: [{TARGETS['tag']}]\n", "quay.io/acme/a:1")
    cli.main(["images", "--format=plain", "."], standalone_mode=False)
    assert capsys.readouterr().out == "quay.io/acme/a:s\n"


@pytest.mark.parametrize("files", OVERLAYS.values(), ids=OVERLAYS)
def test_overlays(
    tmp_path: Path, files: dict[str, str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    usual = {
        "base/kustomization.yaml": "resources: [secret.yaml, pod.yaml]\n",
        "base/secret.yaml": f"{HEAD}stringData: {{b: {CANARY}}}\n",
        "base/pod.yaml": POD,
        "overlay/kustomization.yaml": "resources: [../base]\npatches: [{path: patch.yaml}]\n",
        "overlay/patch.yaml": PATCH,
    }
    write(tmp_path, {**usual, **files})
    printed = [*everything(tmp_path, capsys)]
    assert any("pod.yaml" in output for output in printed)
    for output in printed:
        assert_kept(output)


@pytest.mark.parametrize(
    "arguments", [["explain", f"x `https://bob:{CANARY}@host/a`"], ["knowledge", f"bob:{CANARY}@host/a"]]
)
def test_arguments(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    try:
        cli.main(arguments, standalone_mode=False)
    except click.ClickException as error:
        show(error)
    assert_kept("".join(capsys.readouterr()))


def test_internal_errors_quote_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError(CANARY)

    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text(SECRETS["one line"] + POD, encoding="utf-8")
    monkeypatch.setattr("imagelint.facts.secrets.hidden_spans", fail)
    for output in everything(tmp_path, capsys):
        assert_kept(output)
