"""Manifests with any number of images, as a platform has them, for tests of the HTML report."""

from __future__ import annotations

import base64

_REGISTRIES = (
    "docker.io/library",
    "quay.io/acme",
    "ghcr.io/acme",
    "k8s.gcr.io",
    "registry.k8s.io",
    "gcr.io/acme",
    "acme.azurecr.io",
    "harbor.example.com/acme",
    "public.ecr.aws/acme",
    "registry.gitlab.com/acme/shop",
)
_TAGS = (":1.29", ":latest", "", ":v2.0.1")
_SECRETS = ("[]", "[{name: regcred}]", "[{name: absent}]")


def manifests(images: int) -> str:
    """A Deployment for each image, in namespaces of about forty, each with a pull secret for quay.io."""
    namespaces = max(3, images // 40)
    config = base64.b64encode(b'{"auths": {"quay.io": {"auth": "YTpi"}}}').decode()
    secrets = (
        f"apiVersion: v1\nkind: Secret\nmetadata: {{name: regcred, namespace: team-{number}}}\n"
        f"type: kubernetes.io/dockerconfigjson\ndata: {{.dockerconfigjson: {config}}}\n"
        for number in range(namespaces)
    )
    return "---\n".join([*(_deployment(number, f"team-{number % namespaces}") for number in range(images)), *secrets])


def _deployment(number: int, namespace: str) -> str:
    registry = _REGISTRIES[number * 7 % len(_REGISTRIES)]
    return f"""apiVersion: apps/v1
kind: Deployment
metadata: {{name: web-{number}, namespace: {namespace}}}
spec:
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec:
      imagePullSecrets: {_SECRETS[number % len(_SECRETS)]}
      containers:
        - name: app
          image: {registry}/service-{number}{_TAGS[number % len(_TAGS)]}
"""
