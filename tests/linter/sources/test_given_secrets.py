"""Commands that give pull secrets to a service account, whose pods then name none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from imagelint.session import Request, Session
from imagelint.world.world import World
from manifests import pod
from support import TODAY, judge

if TYPE_CHECKING:
    from pathlib import Path

    from imagelint.linting.finding import Finding

PATCH = """'{"imagePullSecrets": [{"name": "acr"}]}'"""
ADD = """'[{"op": "add", "path": "/imagePullSecrets/1", "value": {"name": "acr"}}]'"""


@pytest.fixture(autouse=True)
def _in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def missing(folder: Path, path: str, text: str, *, account: str | None = None) -> Finding:
    web = pod("acme.azurecr.io/web:1.4", namespace="shop")
    if account is not None:
        web["spec"]["serviceAccountName"] = account
    for name, content in {"deploy/web.json": json.dumps(web), path: text}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    findings = judge(Session().read(Request(["."])), World(today=TODAY)).findings
    (found,) = [finding for finding in findings if finding.rule == "pull-secret-missing"]
    return found


@pytest.mark.parametrize(
    ("path", "text", "account"),
    [
        ("up.sh", f"kubectl patch serviceaccount default -n shop -p {PATCH}\n", None),
        ("up.sh", f"kubectl -n shop patch sa default \\\n  -p {PATCH}\n", None),
        ("Makefile", f"up:\n\toc patch sa web --type='json' -p={ADD}\n", "web"),
        ("up.sh", f"kubectl patch serviceaccount/web -n $NAMESPACE -p {PATCH}\n", "web"),
        ("up.sh", "oc -n shop secrets link default acr --for=pull\n", None),
        ("README.md", f"Then:\n\n    kubectl patch serviceaccount default -p {PATCH}\n", None),
    ],
)
def test_an_account_that_a_command_gives_pull_secrets(
    tmp_path: Path, path: str, text: str, account: str | None
) -> None:
    found = missing(tmp_path, path, text, account=account)
    assert found.severity == "info"
    assert found.message.endswith(
        f"; `{path}` {'asks its reader to give' if 'README' in path else 'gives'} the account one"
    )


@pytest.mark.parametrize(
    "text",
    [
        f"kubectl patch serviceaccount builder -n shop -p {PATCH}\n",
        f"kubectl patch serviceaccount default -n other -p {PATCH}\n",
        "kubectl patch serviceaccount default -n shop -p '{\"automountServiceAccountToken\": false}'\n",
        "oc -n shop secrets link default acr --for=mount\n",
        f"# kubectl patch serviceaccount default -n shop -p {PATCH}\n",
        f"kubectl patch deployment default -n shop -p {PATCH}\n",
    ],
)
def test_other_accounts_are_given_nothing(tmp_path: Path, text: str) -> None:
    assert missing(tmp_path, "up.sh", text).severity == "warning"
