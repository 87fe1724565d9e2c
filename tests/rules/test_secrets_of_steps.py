"""A Secret for the programs in steps of Tekton is not a pull secret; where it is named as one, no pull fails."""

from __future__ import annotations

import pytest

from support import lint

TASK = """\
apiVersion: v1
kind: Secret
metadata: {name: login, annotations: {tekton.dev/docker-0: "https://us.gcr.io", tekton.dev/docker-1: gcr.io}}
type: kubernetes.io/basic-auth
stringData: {username: a, password: b}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: builder}
imagePullSecrets: [{name: login}]
---
apiVersion: tekton.dev/v1
kind: TaskRun
metadata: {name: copy}
spec:
  serviceAccountName: builder
  taskSpec: {steps: [{name: copy, image: IMAGE}]}
"""


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        (TASK.replace("IMAGE", "ghcr.io/acme/skopeo:v1"), "info"),
        (TASK.replace("IMAGE", "gcr.io/acme/skopeo:v1"), "error"),
        (TASK.replace("IMAGE", "ghcr.io/acme/skopeo:v1").replace("tekton.dev/docker", "acme.example/docker"), "error"),
        (TASK.partition("---\napiVersion: tekton")[0], "error"),
    ],
)
def test_a_secret_for_the_steps_of_tekton(text: str, severity: str) -> None:
    (found,) = [finding for finding in lint(text) if finding.rule == "pull-secret-wrong-type"]
    assert (found.severity, found.prediction is None) == (severity, severity == "info")
