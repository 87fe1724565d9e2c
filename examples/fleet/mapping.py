"""What a worker does: lint one repository in a child process with limits, and write its rows."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import partitions


class Job(NamedTuple):
    """A repository to lint. All of it can be sent to another machine."""

    # How results name it.
    repository: str
    # A folder, or a file with a dump of a cluster.
    path: str
    results: str
    # The text of `lint_repository.py`.
    program: str
    # As of which findings are evaluated; the first one is today, and images are listed once.
    days: list[str]
    render: bool
    seconds: int
    # In bytes, of the child and of the helm that it starts.
    memory: int


def map_repository(job: Job) -> dict[str, Any]:
    """Lint a repository, and write its partition; the row of the repository says how that went."""
    started = time.monotonic()
    found = _linted(job)
    summary = found.get("summary", {})
    row = {
        "repository": job.repository,
        "status": found["status"],
        "reason": found.get("reason"),
        **{name: summary.get(name) for name in ("files", "objects", "errors", "warnings")},
        "notes": summary.get("notes", []),
        "seconds": round(time.monotonic() - started, 3),
    }
    images = [_image_row(job.repository, image) for image in found.get("images", [])]
    findings = [_finding_row(job.repository, finding) for finding in found.get("findings", [])]
    partitions.write(Path(job.results), job.repository, {"images": images, "findings": findings, "repositories": [row]})
    return row


def failed_row(job: Job, reason: str) -> dict[str, Any]:
    """Write the partition of a repository that no worker could finish, and return its row."""
    row: dict[str, Any] = {"repository": job.repository, "status": "failed", "reason": reason}
    partitions.write(Path(job.results), job.repository, {"images": [], "findings": [], "repositories": [row]})
    return row


def _linted(job: Job) -> dict[str, Any]:
    """What the child printed, or the reason why it printed nothing."""
    arguments = json.dumps(job._replace(program="")._asdict())
    try:
        # -P: the folder that it works in is not searched for modules.
        done = subprocess.run(  # noqa: S603 - this Python, and no shell
            [sys.executable, "-P", "-c", job.program, arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=job.seconds,
            check=False,
        )
        status = done.returncode
    except subprocess.TimeoutExpired:
        status = -signal.SIGXCPU
    if status == -signal.SIGXCPU:
        return {"status": "timeout", "reason": f"takes longer than {job.seconds} seconds"}
    if status == -signal.SIGABRT:
        return {"status": "memory", "reason": f"takes more than {job.memory // 1024**2} MiB of memory"}
    if status != 0:
        name = signal.Signals(-status).name if status < 0 else f"status {status}"
        return {"status": "crashed", "reason": f"its process ended with {name}"}
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _image_row(repository: str, image: dict[str, Any]) -> dict[str, Any]:
    same = ("image", "registry", "tag", "digest", "normalized", "container_type", "service_account", "pull_secrets")
    return {
        "repository": repository,
        **{name: image[name] for name in (*same, "credential", "unit", "container", "path", "line", "owners")},
        "name": image["repository"],
        "pull_policy": image["pull_policy"]["effective"],
        **_workload(image["resource"]),
    }


def _finding_row(repository: str, finding: dict[str, Any]) -> dict[str, Any]:
    same = ("rule", "severity", "confidence", "message", "image", "fingerprint", "units", "container", "path", "line")
    return {
        "repository": repository,
        **{name: finding[name] for name in (*same, "owners")},
        "as_of": date.fromisoformat(finding["as_of"]),
        **(finding["prediction"] or {}),
        **_workload(finding["resource"] or {}),
    }


def _workload(resource: dict[str, Any]) -> dict[str, Any]:
    return {"kind": resource.get("kind"), "namespace": resource.get("namespace"), "workload": resource.get("name")}
