"""A placeholder in a committed pull secret is filled in before it is applied; any other wrong content is an error."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import pytest

from imagelint.linting.finding import Severity
from manifests import account, pod, stream
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
    '"*******"',
    "'****'",
    '"xxxx"',
    "eyJhdXRocyI6********",
    "\u2022\u2022\u2022\u2022",
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
        '"hello"',
        "a*b",
        '{"auths": {"ghcr.io": {"auth": "****"}}} ***',
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


def empty(*objects: dict[str, Any], content: str = "{}", field: str = "stringData") -> list[Severity]:
    """Of the findings in a Secret whose content is an empty object, beside other objects."""
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "type": "kubernetes.io/dockerconfigjson",
        "metadata": {"name": "pull"},
        field: {".dockerconfigjson": content},
    }
    return [finding.severity for finding in lint(stream(secret, *objects)) if finding.rule == RULE]


@pytest.mark.parametrize(
    ("field", "content"), [("stringData", "{}"), ("stringData", " { } "), ("data", "e30="), ("data", "e30K")]
)
def test_an_empty_secret_is_an_error_where_something_pulls_with_it(field: str, content: str) -> None:
    image = "registry.redhat.io/acme/a:1"
    assert empty(pod(image), content=content, field=field) == [Severity.INFO]
    assert empty(pod(image, "other"), account("web", "other"), content=content, field=field) == [Severity.INFO]
    assert empty(pod(image, "pull"), content=content, field=field) == [Severity.ERROR]
    assert empty(pod(image), account("web", "pull"), content=content, field=field) == [Severity.ERROR]
    # What uses it is not in the input.
    assert empty(content=content, field=field) == [Severity.ERROR]


@pytest.mark.parametrize("content", ['{"auths": {}}', '{"credsStore": "desktop"}', '{"auths": {"ghcr.io": {}}}', "[]"])
def test_other_content_without_credentials_was_meant(content: str) -> None:
    assert empty(pod("registry.redhat.io/acme/a:1"), content=content) == [Severity.ERROR]
