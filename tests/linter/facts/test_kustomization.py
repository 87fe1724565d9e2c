"""What a kustomization says of the Secrets that it generates."""

from __future__ import annotations

import json
from typing import Any

import pytest

from imagelint.kubelet.docker_config import Verdict
from support import index_of, lint

KEY = ".dockerconfigjson"


def generated(**generator: Any) -> dict[str, str]:
    entry = {"name": "pull", "type": "kubernetes.io/dockerconfigjson", **generator}
    return {"kustomization.yaml": json.dumps({"secretGenerator": [entry]})}


@pytest.mark.parametrize(
    "generator",
    [
        {"files": [f"{KEY}=config.json"]},
        {"files": [f"secrets/{KEY}"]},
        {"literals": [f"{KEY}={{}}"]},
        {"envs": ["secret.env"]},
        {"behavior": "merge", "files": ["other.json"]},
        {"type": "Opaque", "files": ["config.json"]},
    ],
    ids=["key", "name-of-file", "literal", "env", "merge", "other-type"],
)
def test_content_of_a_generated_secret_is_not_known(generator: dict[str, Any]) -> None:
    (secret,) = index_of("", **generated(**generator)).secrets.all
    assert secret.config is None


@pytest.mark.parametrize("files", [["config.json"], [f"config.json={KEY}"], []], ids=str)
def test_generated_secret_without_its_key_is_refused(files: list[str]) -> None:
    (secret,) = index_of("", **generated(files=files)).secrets.all
    assert secret.config is not None
    assert secret.config.verdict is Verdict.INVALID
    (finding,) = lint(generated(files=files))
    assert finding.rule == "pull-secret-malformed"
    assert finding.help == f"list the docker config under its key: `files: [{KEY}=PATH]`"


def test_kustomization_may_be_json_without_a_heading() -> None:
    index = index_of("", **{"kustomization.yaml": json.dumps({"secretGenerator": [{"name": "pull"}]})})
    assert [secret.id.name for secret in index.secrets.all] == ["pull"]
