"""Secrets as they are written in files: what the kubelet makes of them, and that their values are never shown."""

from __future__ import annotations

import base64
import json
import pickle
from typing import TYPE_CHECKING, Any

import pytest

from imagelint.facts.extract import extract
from imagelint.kubelet.docker_config import DockerConfig, Verdict
from imagelint.reporting import FORMATS
from imagelint.text.places import SourceId
from imagelint.text.source import Source
from shared import needs_shared, vectors
from support import imagelint

if TYPE_CHECKING:
    from pathlib import Path

    from imagelint.facts.model import SecretDefinition

JSON_TYPE = "kubernetes.io/dockerconfigjson"
TYPED = f"{{type: {JSON_TYPE}}}"


def secret_of(text: str) -> SecretDefinition:
    return extract(Source(SourceId("a.yaml"), text.encode())).secrets[0]


def config_of(**fields: Any) -> DockerConfig | None:
    return secret_of(json.dumps({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}, **fields})).config


@needs_shared
@pytest.mark.parametrize("case", vectors("docker_config_secret"), ids=lambda case: case["id"])
def test_vectors(case: dict[str, Any]) -> None:
    secret = case["secret"]
    for key, value in secret.get("data", {}).items():
        if value == "<base64 of 1048577 bytes>":
            secret["data"][key] = base64.b64encode(bytes(1048577)).decode()
    found = config_of(**secret)
    assert found is not None
    assert found.verdict == case["verdict"]
    entries = [(entry.key, entry.has_username, entry.has_password) for entry in found.entries]
    assert entries == [(e["auth_key"], bool(e["username"]), e["has_password"]) for e in case["credentials"]]
    if found.verdict is Verdict.BROKEN:
        assert case["kubelet"] == f"error: {found.reason}"
    assert ("empty password" in case.get("warning", "")) == any(user and not password for _, user, password in entries)


@pytest.mark.parametrize(
    "fields",
    [
        {"type": JSON_TYPE, "stringData": {".dockerconfigjson": "${DOCKER_CONFIG}"}},
        {"type": JSON_TYPE, "data": {".dockerconfigjson": "{{ .Values.config | b64enc }}"}},
        {"type": JSON_TYPE, "data": {".dockerconfigjson": "ENC[AES256_GCM,data:x]"}},
        {"type": JSON_TYPE, "data": {".dockerconfigjson": "<path:secret/data/registry#config>"}},
        {"type": JSON_TYPE, "data": {".dockerconfigjson": "x"}, "sops": {"version": "3.9.0"}},
        {"type": "${TYPE}"},
    ],
)
def test_content_that_comes_later_is_unknown(fields: dict[str, Any]) -> None:
    assert config_of(**fields) is None


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("data: {.dockerconfigjson: 12345678}", "`.dockerconfigjson` of its data is not a string"),
        ("data: {.dockerconfigjson: yes}", "`.dockerconfigjson` of its data is not a string"),
        ("data: {.dockerconfigjson: [e30=]}", "`.dockerconfigjson` of its data is not a string"),
        ("data: {.dockerconfigjson: ~}", "`.dockerconfigjson` is not JSON, it is empty"),
        ("data: {.dockerconfigjson: '{}'}", "plain text belongs under `stringData`"),
        ("stringData: {.dockerconfigjson: 1}", "`.dockerconfigjson` of its data is not a string"),
    ],
)
def test_values_as_yaml_reads_them(line: str, reason: str) -> None:
    secret = secret_of(f"apiVersion: v1\nkind: Secret\nmetadata: {{name: a}}\ntype: {JSON_TYPE}\n{line}\n")
    assert secret.config is not None
    assert secret.config.verdict is Verdict.INVALID
    assert reason in secret.config.reason


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("kind: ExternalSecret\napiVersion: external-secrets.io/v1\n", "Opaque"),
        (
            f"kind: ExternalSecret\napiVersion: external-secrets.io/v1\nspec: {{target: {{template: {TYPED}}}}}\n",
            JSON_TYPE,
        ),
        (
            "kind: SealedSecret\napiVersion: bitnami.com/v1alpha1\nspec: {template: {type: kubernetes.io/tls}}\n",
            "kubernetes.io/tls",
        ),
        ("kind: ExternalSecret\napiVersion: kubernetes-client.io/v1\n", "Opaque"),
        ("kind: ExternalSecret\napiVersion: kubernetes-client.io/v1\nspec: {type: a/b}\n", "a/b"),
        (f"kind: ExternalSecret\napiVersion: kubernetes-client.io/v1\nspec: {{template: {TYPED}}}\n", JSON_TYPE),
    ],
)
def test_types_of_what_others_make(text: str, type_: str | None) -> None:
    assert secret_of(f"{text}metadata: {{name: a}}\n").type == type_


CANARY = "cAnArY7"
AUTH = base64.b64encode(f"{CANARY}-user:{CANARY}-password".encode()).decode()
CONFIGS = [
    json.dumps({"auths": {"https://index.docker.io/v1": {"auth": AUTH, "email": f"{CANARY}@x"}}}),
    json.dumps({"auths": {f"https://{CANARY}:{CANARY}@ghcr.io": {"username": CANARY, "password": CANARY}}}),
    json.dumps({"auths": {"ghcr.io": {"auth": f"{CANARY}%%%"}}}),
    json.dumps({"auths": {"ghcr.io": {"password": CANARY}}}),
    f'{{"auths": "{CANARY}"',
    f'{{"{CANARY}',
    CANARY,
]


def canary_manifest(config: str, *, encoded: bool) -> str:
    """A pod, and the secret that it names, in the forms that people write."""
    value = base64.b64encode(config.encode()).decode() if encoded else json.dumps(config)
    field = "data" if encoded else "stringData"
    return f"""apiVersion: v1
kind: Secret
metadata:
  name: regcred
  annotations: {{kubectl.kubernetes.io/last-applied-configuration: '{AUTH}'}}
type: {JSON_TYPE}
{field}: {{other: {AUTH}, .dockerconfigjson: {value}}}
---
{{"apiVersion": "v1", "kind": "Secret", "metadata": {{"name": "other"}}, "type": "{JSON_TYPE}",
 "data": {{".dockerconfigjson": "{AUTH}"}}}}
---
apiVersion: v1
kind: Secret
metadata: {{name: third}}
stringData: {{password: {CANARY}: x}}
---
apiVersion: v1
kind: Pod
metadata: {{name: a}}
spec:
  imagePullSecrets: [{{name: regcred}}, {{name: other}}, {{name: third}}]
  containers: [{{name: a, image: ghcr.io/acme/app:1}}, {{name: b, image: nginx:1}}]
"""


@pytest.mark.parametrize("config", CONFIGS)
@pytest.mark.parametrize("encoded", [True, False])
def test_no_output_shows_a_secret(tmp_path: Path, config: str, encoded: bool) -> None:
    text = canary_manifest(config, encoded=encoded)
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    runs = [imagelint(".", f"--format={format_}", cwd=tmp_path) for format_ in FORMATS]
    runs += [imagelint("images", ".", f"--format={format_}", cwd=tmp_path) for format_ in ("json", "table")]
    facts = extract(Source(SourceId("a.yaml"), text.encode()))
    shown = "".join(run.stdout + run.stderr for run in runs) + repr(facts)
    canaries = [CANARY, AUTH, base64.b64encode(config.encode()).decode()]
    assert "regcred" in shown
    for canary in canaries:
        assert canary not in shown
        assert canary.encode() not in pickle.dumps(facts)
