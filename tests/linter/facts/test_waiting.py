"""The tag of a container in which people run commands may be meant."""

from __future__ import annotations

import json
from typing import Any

import pytest

from support import lint

LOOP = "while true; do sleep 30; done"
WAITING: list[dict[str, Any]] = [
    {"command": ["sleep", "infinity"]},
    {"command": ["/bin/sleep"], "args": ["3600"]},
    {"args": ["sleep", "1d"]},
    {"command": ["tail", "-f", "/dev/null"]},
    {"command": ["cat"], "tty": True},
    {"args": ["cat"], "stdin": True, "tty": True},
    {"command": ["/bin/bash"], "stdin": True},
    {"command": ["sh", "-c", LOOP]},
    {"command": ["/bin/sh"], "args": ["-ec", "while :\ndo\n  # for ever\n  sleep 300\ndone\n"]},
    {"command": ["/bin/bash", "-c", "--"], "args": [LOOP]},
    {"command": ["sh", "-c", "exec tail -f /dev/null"]},
    {"command": ["sh", "-c", "trap : TERM INT; sleep infinity & wait"]},
    {"command": ["bash", "-c", "trap 'exit 0' SIGTERM\nuntil false; do exec sleep 1; done"]},
]
WORKING: list[dict[str, Any]] = [
    {},
    {"args": ["cat"]},
    {"command": ["cat", "/etc/hosts"], "tty": True},
    {"command": ["/bin/bash"]},
    {"command": ["/bin/bash"], "args": ["/start.sh"], "stdin": True},
    {"command": ["sleep"]},
    {"command": ["sleep", "$(SECONDS)"]},
    {"command": ["tail", "-f", "/var/log/app.log"]},
    {"command": ["sh", "-c", "while true; do hwclock -s; sleep 86400; done"]},
    {"command": ["sh", "-c", "until nc -z db 3306; do sleep 2; done"]},
    {"command": ["sh", "-c", "sleep 5 && serve"]},
    {"command": ["sh", "-c", "sleep 5 | serve"]},
    {"command": ["sh", "-c", "sleep 5; $(serve)"]},
    {"command": ["sh", "-c", "while true; do true; done"]},
    {"command": ["sh", "-c", f"trap 'serve' TERM; {LOOP}"]},
    {"command": ["sh", "-c", f"{'sleep 1;' * 500}"]},
    {"command": ["sh", "sleep 3600"]},
    {"command": ["serve", "sleep", "infinity"]},
    {"command": ["sleep", {"a": 1}]},
    {"command": ["sleep", "infinity"], "lifecycle": {"postStart": {"exec": {"command": ["serve"]}}}},
    {"command": "sleep infinity"},
]


def severity(fields: dict[str, Any], image: str, kind: str = "Pod", containers: str = "containers") -> str | None:
    spec: dict[str, Any] = {"containers": [{"name": "web", "image": "quay.io/acme/web:1.2"}]}
    spec[containers] = [{"name": "tools", "image": image, **fields}]
    if kind != "Pod":
        spec = {"selector": {"matchLabels": {"a": "b"}}, "template": {"metadata": {"labels": {"a": "b"}}, "spec": spec}}
    api_version = "v1" if kind == "Pod" else "apps/v1"
    text = json.dumps({"apiVersion": api_version, "kind": kind, "metadata": {"name": "web"}, "spec": spec})
    found = [one for one in lint(text) if one.rule in {"latest-tag", "missing-tag"}]
    return str(found[0].severity) if found else None


@pytest.mark.parametrize("fields", WAITING, ids=json.dumps)
@pytest.mark.parametrize("image", ["alpine:latest", "quay.io:443/acme/tools"])
@pytest.mark.parametrize("kind", ["Pod", "Deployment"])
def test_a_container_that_only_waits(fields: dict[str, Any], image: str, kind: str) -> None:
    assert severity(fields, image, kind) == "info"


@pytest.mark.parametrize("fields", WORKING, ids=lambda fields: json.dumps(fields)[:80])
@pytest.mark.parametrize("image", ["alpine:latest", "quay.io:443/acme/tools"])
def test_a_container_that_does_something(fields: dict[str, Any], image: str) -> None:
    assert severity(fields, image) == "warning"


def test_a_program_that_is_stopped_for_a_while() -> None:
    assert severity(WAITING[0], "parity/polkadot:latest", "StatefulSet") == "warning"


def test_a_container_that_a_pod_waits_for() -> None:
    assert severity({"command": ["sleep", "10"]}, "alpine", containers="initContainers") == "warning"


def test_the_message_says_why() -> None:
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "tools"}}
    containers = [{"name": "tools", "image": "alpine:latest", "command": ["sleep", "infinity"]}]
    (finding,) = lint(json.dumps({**pod, "spec": {"containers": containers}}))
    assert finding.help is not None
    assert finding.help.startswith("the container does nothing but wait, so this may be meant; else pin")
