"""Small manifests for tests, as JSON, which is YAML."""

from __future__ import annotations

import json
from typing import Any


def pod(image: str, *secrets: str, namespace: str | None = None, **container: Any) -> dict[str, Any]:
    """A Pod with one container."""
    spec: dict[str, Any] = {"containers": [{"name": "main", "image": image, **container}]}
    if secrets:
        spec["imagePullSecrets"] = [{"name": name} for name in secrets]
    return _object("Pod", "web", namespace, spec=spec)


def docker_secret(name: str, *keys: str, namespace: str | None = None) -> dict[str, Any]:
    """A pull secret with credentials for each of `keys`."""
    config = {"auths": {key: {"username": "robot", "password": "example"} for key in keys}}
    data = {".dockerconfigjson": json.dumps(config)}
    return _object("Secret", name, namespace, type="kubernetes.io/dockerconfigjson", stringData=data)


def account(name: str, *secrets: str, namespace: str | None = None) -> dict[str, Any]:
    """A ServiceAccount that gives pull secrets to its pods."""
    return _object("ServiceAccount", name, namespace, imagePullSecrets=[{"name": secret} for secret in secrets])


def stream(*objects: dict[str, Any]) -> str:
    """Objects as one text, each in a document of one line: a line number identifies it."""
    return "".join(f"---\n{json.dumps(item)}\n" for item in objects)


def _object(kind: str, name: str, namespace: str | None, **fields: Any) -> dict[str, Any]:
    metadata = {"name": name, "namespace": namespace} if namespace else {"name": name}
    return {"apiVersion": "v1", "kind": kind, "metadata": metadata, **fields}
