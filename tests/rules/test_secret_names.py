"""A pull secret whose name no Secret can have: nothing can create it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from imagelint.linting.finding import Severity
from manifests import pod, stream
from support import imagelint, lint

if TYPE_CHECKING:
    from pathlib import Path

IMAGE = "ghcr.io/acme/web:1.4"


@pytest.mark.parametrize(
    "name", ["secret_pull", "pull_secret", "RegCred", "-pull", "pull-", "a..b", "a.-b", "my secret", "a" * 254]
)
def test_no_secret_can_have_the_name(name: str) -> None:
    (finding,) = lint(stream(pod(IMAGE, name)))
    assert (finding.rule, finding.severity) == ("pull-secret-undefined", Severity.WARNING)
    assert f"`{name}`" in finding.message
    assert "cannot exist" in finding.message
    assert "kubectl create" not in (finding.help or "")
    assert "lower-case letters" in (finding.help or "")


@pytest.mark.parametrize("name", ["pull-secret", "a.b-c", "0", "a" * 253])
def test_other_names_are_only_not_defined(name: str) -> None:
    (finding,) = lint(stream(pod(IMAGE, name)))
    assert "is not defined" in finding.message
    assert "kubectl create" in (finding.help or "")


@pytest.mark.parametrize("name", ["<pull_secret>", "${PULL_SECRET}", "{{ .Values.pullSecret }}"])
def test_placeholders_are_left_alone(name: str) -> None:
    assert not [finding for finding in lint(stream(pod(IMAGE, name))) if finding.rule == "pull-secret-undefined"]


def test_a_secret_that_is_there_is_named() -> None:
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "acme-regcred"},
        "type": "kubernetes.io/dockerconfigjson",
    }
    secret["stringData"] = {".dockerconfigjson": '{"auths": {"ghcr.io": {"auth": "YTpi"}}}'}
    (finding,) = (
        one for one in lint(stream(secret, pod(IMAGE, "acme_regcred"))) if one.rule == "pull-secret-undefined"
    )
    assert "`acme-regcred`" in (finding.help or "")


@pytest.mark.parametrize(("name", "severity"), [("regcred", "info"), ("reg_cred", "warning")])
def test_no_script_creates_it(tmp_path: Path, name: str, severity: str) -> None:
    (tmp_path / "web.json").write_text(stream(pod(IMAGE, name)), encoding="utf-8")
    (tmp_path / "setup.sh").write_text(
        f"kubectl create secret docker-registry {name} --docker-server=ghcr.io\n", encoding="utf-8"
    )
    assert f"{severity}[pull-secret-undefined" in imagelint("--isolated", "--format=concise", ".", cwd=tmp_path).stdout
