"""A tree with the mix of real repositories, and a list as `kubectl get -A -o json` prints it.

Of the bytes of real manifests about 85 % are in CustomResourceDefinitions, 5 % in ConfigMaps, and 9 % in documents that
can matter. The sizes of the documents, and how dense they are, are those of real ones on average: 48 kB and 31 bytes to
an event of the parser for a definition, 6 kB for a ConfigMap, 2.2 kB and 11 bytes for a workload.
"""

from __future__ import annotations

import json
from base64 import b64encode
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

# Of a hundred documents, in this order; the rest are Services.
_WORKLOADS, _ACCOUNTS, _SECRETS, _CONFIG_MAPS, _DEFINITIONS = 50, 4, 3, 11, 22
_FILE = 20

_WORKLOAD = """apiVersion: apps/v1
kind: {kind}
metadata:
  name: app-{n}
  namespace: team-{team}
  labels:
    app.kubernetes.io/name: app-{n}
    app.kubernetes.io/part-of: shop
spec:
  replicas: 2
  selector:
    matchLabels:
      app.kubernetes.io/name: app-{n}
  template:
    metadata:
      labels:
        app.kubernetes.io/name: app-{n}
      annotations:
        prometheus.io/scrape: "true"
        acme.example/description: "The front of app-{n}: called by the gateway of team {team}, and by nobody else."
        checksum/config: 6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b
    spec:
      serviceAccountName: builder-{account}
      imagePullSecrets:
        - name: regcred
      containers:
        - name: app
          image: ghcr.io/acme/app-{n}:1.{n}
          command:
            - /bin/sh
            - -c
            - |
              # Wait for what the application needs, and hand over to it: it gets the signals of the kubelet then.
              until nc -z database 5432; do echo "waiting for the database of app-{n}"; sleep 2; done
              until wget -q -O /dev/null http://config.team-{team}.svc.cluster.local/ready; do sleep 2; done
              export INSTANCE="$(hostname)" STARTED="$(date -u +%Y-%m-%dT%H:%M:%SZ)"
              exec /usr/local/bin/app --listen=:8080 --config=/etc/app/settings.json --shutdown-timeout=25s
          ports:
            - name: http
              containerPort: 8080
          env:
            - name: LOG_LEVEL
              value: info
            - name: JAVA_TOOL_OPTIONS
              value: -XX:MaxRAMPercentage=75.0 -XX:+ExitOnOutOfMemoryError -Dfile.encoding=UTF-8 -Duser.timezone=UTC
            - name: TOKEN
              valueFrom:
                secretKeyRef: {{name: app-{n}, key: token}}
          readinessProbe:
            httpGet: {{path: /healthz, port: http}}
            periodSeconds: 10
          resources:
            requests: {{cpu: 100m, memory: 128Mi}}
            limits: {{cpu: 500m, memory: 256Mi}}
          volumeMounts:
            - {{name: config, mountPath: /etc/app}}
        - name: proxy
          image: registry.k8s.io/proxy/server:2.{n}
      volumes:
        - name: config
          configMap: {{name: config-{n}}}
"""
_SERVICE = """apiVersion: v1
kind: Service
metadata:
  name: app-{n}
  namespace: team-{team}
  labels:
    app.kubernetes.io/name: app-{n}
spec:
  selector:
    app.kubernetes.io/name: app-{n}
  ports:
    - name: http
      port: 80
      targetPort: http
"""
_ACCOUNT = "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: builder-{n}\n  namespace: team-{team}\n"
_SECRET = """apiVersion: v1
kind: Secret
metadata:
  name: {name}
  namespace: team-{team}
type: kubernetes.io/dockerconfigjson
data:
  .dockerconfigjson: {config}
"""
_CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: config-{n}\ndata:\n  settings.json: |\n{lines}\n"
_DEFINITION = """apiVersion: apiextensions.k8s.io/v1
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
_FIELD = """\
            field{f}:
              type: string
              description: The image of container {f}, of a kind in an apiVersion. It must be in a namespace that
                the operator watches, and cannot be changed after the object was made.
"""
_CONFIG = b64encode(b'{"auths":{"ghcr.io":{"auth":"dXNlcjpwYXNzd29yZA=="}}}').decode()


def write_tree(folder: Path, *, documents: int) -> None:
    """Write `documents` documents in streams of twenty; every hundred documents are another team's."""
    for start in range(0, documents, _FILE):
        team = folder / f"team-{start // 100}"
        team.mkdir(exist_ok=True)
        stream = "---\n".join(document(n) for n in range(start, min(start + _FILE, documents)))
        (team / f"stream-{start}.yaml").write_text(stream, encoding="utf-8")


def document(n: int) -> str:
    """Document number `n`. Of a file of twenty the shares are those of a hundred."""
    turn, team = n * 7 % 100, n // 100
    if turn < _WORKLOADS:
        kind = ("Deployment", "StatefulSet", "DaemonSet")[n % 3]
        return _WORKLOAD.format(n=n, team=team, kind=kind, account=team * 100 + n % 4)
    turn -= _WORKLOADS
    if turn < _ACCOUNTS:
        return _ACCOUNT.format(n=team * 100 + turn, team=team)
    turn -= _ACCOUNTS
    if turn < _SECRETS:
        return _SECRET.format(name=f"regcred-{turn}" if turn else "regcred", team=team, config=_CONFIG)
    turn -= _SECRETS
    if turn < _CONFIG_MAPS:
        return _CONFIG_MAP.format(n=n, lines="\n".join(f'    "key{i}": "value {i} of a setting",' for i in range(150)))
    turn -= _CONFIG_MAPS
    if turn < _DEFINITIONS:
        return _DEFINITION.format(n=n) + "".join(_FIELD.format(f=f) for f in range(190))
    return _SERVICE.format(n=n, team=team)


def write_list(path: Path, *, megabytes: int) -> None:
    """Write a JSON list of pods, Secrets and ServiceAccounts, as `kubectl get pods,secrets,serviceaccounts -A` does."""
    with path.open("w", encoding="utf-8") as file:
        file.write('{\n    "apiVersion": "v1",\n    "items": [\n')
        size, n, comma = 0, 0, ""
        while size < megabytes * 1_000_000:
            for item in (_pod(n), *((_small("Secret", n), _small("ServiceAccount", n)) if n % 10 == 0 else ())):
                size += file.write(comma + "        " + json.dumps(item, indent=4).replace("\n", "\n        "))
                comma = ",\n"
            n += 1
        file.write('\n    ],\n    "kind": "List",\n    "metadata": {\n        "resourceVersion": ""\n    }\n}\n')


def _metadata(kind: str, n: int) -> dict[str, Any]:
    fields: dict[str, Any] = {f"f:field{i}": {".": {}, "f:name": {}, "f:value": {}} for i in range(20)}
    return {
        "name": f"{kind.lower()}-{n}",
        "namespace": f"team-{n // 100}",
        "uid": f"00000000-0000-0000-0000-{n:012}",
        "managedFields": [{"manager": "kubectl", "operation": "Update", "fieldsType": "FieldsV1", "fieldsV1": fields}],
    }


def _pod(n: int) -> dict[str, Any]:
    image = f"ghcr.io/acme/app-{n}:1.{n}"
    conditions = [{"type": f"Condition{i}", "status": "True", "lastProbeTime": None} for i in range(5)]
    container = {
        "name": "app",
        "image": image,
        "env": [{"name": f"VARIABLE_{i}", "value": f"value {i}"} for i in range(12)],
        "resources": {"limits": {"cpu": "500m", "memory": "256Mi"}},
        "imagePullPolicy": "IfNotPresent",
    }
    status = {"name": "app", "image": image, "imageID": f"{image}@sha256:{n:064x}", "ready": True, "restartCount": 0}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": _metadata("Pod", n),
        "spec": {"containers": [container], "imagePullSecrets": [{"name": f"secret-{n - n % 10}"}]},
        "status": {"phase": "Running", "conditions": conditions, "containerStatuses": [status]},
    }


def _small(kind: str, n: int) -> dict[str, Any]:
    item: dict[str, Any] = {"apiVersion": "v1", "kind": kind, "metadata": _metadata(kind, n)}
    if kind == "Secret":
        item |= {"type": "kubernetes.io/dockerconfigjson", "data": {".dockerconfigjson": _CONFIG}}
    return item
