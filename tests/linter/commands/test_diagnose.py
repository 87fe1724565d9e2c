"""`imagelint diagnose`: what it reads, what it prints, and how it exits."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from diagnose_forms import CASES, FORMS
from support import ROOT, clean_environment, imagelint

TEXT = str(FORMS["describe"].render(CASES[0]))
RESOLVED = str(FORMS["describe_of_a_recovered_pod"].render(CASES[0]))
STALLED = "Error: UPGRADE FAILED: context deadline exceeded\n"


@pytest.mark.parametrize(
    ("text", "status", "expected"),
    [
        (TEXT, 1, "ImagePullBackOff: shop/orders-api-7c9d8f6b54-q2x8n, container orders-api\n"),
        (RESOLVED, 0, "(resolved)"),
        (STALLED, 0, "hint[rollout-stalled]: "),
        ("web-0   1/1   Running   0   5d\n", 0, "no failed image pull found\n"),
        ("", 0, "no failed image pull found\n"),
    ],
)
def test_exit_status(text: str, status: int, expected: str, tmp_path: Path) -> None:
    for arguments in ((), ("-",)):
        done = imagelint("diagnose", *arguments, cwd=tmp_path, text=text)
        assert (done.returncode, done.stderr) == (status, "")
        assert expected in done.stdout


def test_wrong_usage(tmp_path: Path) -> None:
    for arguments in (("missing.txt",), (".",), ("--format=sarif", "-")):
        done = imagelint("diagnose", *arguments, cwd=tmp_path, text="")
        assert done.returncode == 2
        assert done.stderr
        assert "Traceback" not in done.stderr


def test_files_complete_each_other(tmp_path: Path) -> None:
    (tmp_path / "pods.txt").write_text("shop   web-1   0/1   ImagePullBackOff   0   5m\n", encoding="utf-8")
    event = '4s   Warning   Failed   pod/web-1   Failed to pull image "a/b:1": denied: denied\n'
    done = imagelint("diagnose", "pods.txt", "-", "--format=json", cwd=tmp_path, text=event)
    (failure,) = json.loads(done.stdout)["failures"]
    assert (failure["namespace"], failure["image"], failure["cause"]) == ("shop", "a/b:1", "denied")


def test_the_json_follows_its_schema(tmp_path: Path) -> None:
    schema = json.loads((ROOT / "linter/imagelint/schemas/diagnosis.schema.json").read_text(encoding="utf-8"))
    validator: Any = Draft7Validator(schema)  # its methods have no complete types
    for text in (TEXT, RESOLVED, STALLED, ""):
        document = json.loads(imagelint("diagnose", "--format=json", cwd=tmp_path, text=text).stdout)
        validator.validate(document)
    assert document == {"version": 1, "failures": [], "hints": []}


def test_what_is_not_known_is_null(tmp_path: Path) -> None:
    done = imagelint("diagnose", "--format=json", cwd=tmp_path, text="web-1   0/1   ErrImagePull   0   5m\n")
    (failure,) = json.loads(done.stdout)["failures"]
    assert {key for key, value in failure.items() if value is None} == {
        "namespace",
        "container",
        "image",
        "subcause",
        "message",
        "contradiction",
        "confidence",
        "place",
    }
    assert failure["check"] == "kubectl get pod web-1 -n NAMESPACE -o yaml"


def test_annotations_and_markdown(tmp_path: Path) -> None:
    annotations = imagelint("diagnose", "--format=github", cwd=tmp_path, text=TEXT).stdout
    assert annotations.startswith("::error title=imagelint (denied)::shop/orders-api-7c9d8f6b54-q2x8n, ")
    assert annotations.count("\n") == 1
    markdown = imagelint("diagnose", "--format=markdown", cwd=tmp_path, text=TEXT).stdout
    assert "\n- cause: `denied`\n" in markdown


def test_a_pipe_from_kubectl_to_its_plugin(tmp_path: Path) -> None:
    (tmp_path / "out.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "kubectl").write_text(
        '#!/bin/sh\nif [ "$1" = describe ]; then cat out.txt; else exec "kubectl-$@"; fi\n', encoding="utf-8"
    )
    (tmp_path / "kubectl").chmod(0o755)
    path = f"{tmp_path}:{Path(sys.executable).parent}:/usr/bin:/bin"
    done = subprocess.run(
        ["sh", "-c", "kubectl describe pods | kubectl imagelint diagnose"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={**clean_environment(), "PATH": path},
    )
    assert shutil.which("kubectl-imagelint", path=path)
    assert (done.returncode, done.stdout.splitlines()[0]) == (
        1,
        "ImagePullBackOff: shop/orders-api-7c9d8f6b54-q2x8n, container orders-api",
    )


def test_a_secret_is_not_sent_to_a_host_that_is_misspelt(tmp_path: Path) -> None:
    event = '4s   Warning   Failed   pod/web-1   Failed to pull image "ghrc.io/acme/web:1": 401 Unauthorized\n'
    done = imagelint("diagnose", cwd=tmp_path, text=event)
    assert "misspelling of ghcr.io" in done.stdout
    assert "--docker-server" not in done.stdout
