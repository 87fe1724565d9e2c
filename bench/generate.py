"""A tree with the mix of real repositories: most bytes in CRDs and ConfigMaps, few in workloads."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata:
  name: app-{n}
  namespace: team-{team}
  labels: {{app.kubernetes.io/name: app-{n}, app.kubernetes.io/part-of: shop}}
spec:
  replicas: 2
  selector:
    matchLabels: {{app: app-{n}}}
  template:
    metadata:
      labels: {{app: app-{n}}}
    spec:
      imagePullSecrets:
        - name: regcred
      containers:
        - name: app
          image: ghcr.io/acme/app-{n}:1.{n}
          ports: [{{containerPort: 8080}}]
          env:
            - name: LOG_LEVEL
              value: info
          resources:
            limits: {{cpu: 500m, memory: 256Mi}}
"""
_CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: config-{n}\ndata:\n  settings.json: |\n{lines}\n"
_CRD_HEAD = """apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: things-{n}.acme.example
spec:
  versions:
    - name: v1
      schema:
        openAPIV3Schema:
          type: object
          properties:
"""
_CRD_FIELD = """\
            field{f}:
              type: string
              description: The image, kind or apiVersion of {f}.
"""


def write_tree(folder: Path, *, documents: int) -> None:
    """Write `documents` documents, ten to a file: of ten, six workloads, three ConfigMaps and a CRD."""
    for start in range(0, documents, 10):
        team = folder / f"team-{start // 10 % 20}"
        team.mkdir(exist_ok=True)
        stream = "---\n".join(_document(n) for n in range(start, min(start + 10, documents)))
        (team / f"stream-{start}.yaml").write_text(stream, encoding="utf-8")


def _document(n: int) -> str:
    if n % 10 == 9:
        return _CRD_HEAD.format(n=n) + "".join(_CRD_FIELD.format(f=f) for f in range(400))
    if n % 10 > 5:
        return _CONFIG.format(n=n, lines="\n".join(f'    "key{i}": "value {i}",' for i in range(10)))
    return _DEPLOYMENT.format(n=n, team=n % 20)
