"""A placeholder in a committed pull secret is filled in before it is applied; any other wrong content is an error."""

from __future__ import annotations

import json
from base64 import b64encode

import pytest

from imagelint.linting.finding import Severity
from manifests import pod, stream
from support import lint

RULE = "pull-secret-malformed"


def severities(field: str, content: str, type_: str = "kubernetes.io/dockerconfigjson") -> list[Severity]:
    """Of the findings in a Secret with this content, in a file with a pod that uses it."""
    key = ".dockercfg" if type_.endswith("dockercfg") else ".dockerconfigjson"
    secret = {"apiVersion": "v1", "kind": "Secret", "type": type_, "metadata": {"name": "pull"}, field: {key: content}}
    findings = lint(stream(secret, pod("registry.redhat.io/acme/a:1", "pull")))
    assert {finding.rule for finding in findings} <= {RULE}
    return [finding.severity for finding in findings]


PLACEHOLDERS = [
    "<TO_BE_CONFIGURED>",
    "<base64 of the docker config>",
    "REPLACE_ME",
    "REPLACE ME",
    "replace-me",
    "CHANGEME",
    "xxxx",
    "your-base64-here",
    "YOUR_DOCKER_CONFIG",
    "BASE64_ENCODED_DOCKER_CONFIG",
    "base64-encoded-docker-config",
    "eyJhdXRocyI6...",
    "...",
    "REDACTED",
    "[REDACTED]",
    "<redacted>",
    "***REDACTED***",
    "*****",
    "++++++++",
    "(sensitive value)",
]


@pytest.mark.parametrize("field", ["data", "stringData"])
@pytest.mark.parametrize("content", PLACEHOLDERS)
def test_a_placeholder_is_an_info(field: str, content: str) -> None:
    assert severities(field, content) == [Severity.INFO]
    assert severities(field, f"{content}\n", "kubernetes.io/dockercfg") == [Severity.INFO]


@pytest.mark.parametrize("content", PLACEHOLDERS)
def test_a_placeholder_in_base64_is_an_info(content: str) -> None:
    assert severities("data", b64encode(content.encode()).decode()) == [Severity.INFO]


@pytest.mark.parametrize("content", ["${DOCKER_CONFIG}", "{{ .Values.dockerConfig }}"])
def test_what_a_template_fills_in_is_not_checked(content: str) -> None:
    assert severities("stringData", content) == severities("data", content) == []


@pytest.mark.parametrize("field", ["data", "stringData"])
@pytest.mark.parametrize(
    "content",
    [
        "not valid json",
        "not-base64",
        "{not json}",
        "[not json]",
        "[1, 2]",
        "hello",
        "redacted by hand",
        "hiddenvalue",
        "",
        '{"auths": {"ghcr.io": {"auth": "not base64"}}}',
        '{"auths": ["REPLACE_ME"]}',
        '{"auths": {"ghcr.io": {}}}',
    ],
)
def test_other_wrong_content_is_an_error(field: str, content: str) -> None:
    assert severities(field, content) == [Severity.ERROR]


def test_a_secret_without_its_key_is_an_error() -> None:
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "pull"}}
    text = json.dumps(secret | {"type": "kubernetes.io/dockerconfigjson", "stringData": {"config": "REPLACE_ME"}})
    assert [(finding.rule, finding.severity) for finding in lint(text)] == [(RULE, Severity.ERROR)]
