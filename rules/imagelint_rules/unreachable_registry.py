"""A registry that cluster nodes cannot reach.

### What it does

Finds hosts that only resolve on the author's machine or in a pod: `localhost` and loopback addresses, `*.local`,
`host.docker.internal`, and services of the cluster (`*.svc`, `*.svc.cluster.local`). The internal registry of OpenShift
is not reported, because its nodes can resolve it.

The registries that the documentation of development clusters sets up are only an info: `localhost:5001` (kind),
`localhost:32000` (MicroK8s) and `k3d-*.localhost:PORT` (k3d). Hosts that the input sets up are not reported: those in
the ConfigMap `kube-public/local-registry-hosting`, in a configuration of kind, k3d, k3s (`registries.yaml`) or Talos,
and in a script that configures containerd for them (`registry.mirrors`, `/etc/containerd/certs.d`) or enables the
registry of minikube. Nodes also reach `localhost` with the `nodePort` of a Service, or with a port that a DaemonSet has
on all nodes. An image at `localhost` without a port is an info if a script, a Makefile or a text builds it or loads it
into nodes, there with or without the `localhost/` that Podman and CRI-O put before such names.

For the other hosts the rule is right unless the nodes redirect the name, which a declaration under `registries` in the
configuration says.

### Why is this bad?

The kubelet pulls from the node, with the DNS of the node. It does not ask the DNS of the cluster, and `localhost` is
the node itself.

### Example

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: registry.tools.svc.cluster.local:5000/web:1.4  # error: unreachable-registry
```

### Use instead

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: quay.io/acme/web:1.4
```

### References

- [Kubernetes: images](https://kubernetes.io/docs/concepts/containers/images/)
- [KEP-1755: communicating a local registry](https://github.com/kubernetes/enhancements/tree/master/keps/sig-cluster-lifecycle/generic/1755-communicating-a-local-registry)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.linting.finding import Confidence, Severity
from imagelint.linting.prediction import Prediction, WaitingReason
from imagelint.linting.rule import Rule
from imagelint.text.trace import Part
from imagelint_rules.judging import findings_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.index.index import Index
    from imagelint.linting.finding import Finding


def check(index: Index) -> Iterator[Finding]:
    """Images on hosts that only resolve on the node itself, on a desktop or in the cluster."""
    yield from findings_of(RULE, index)


RULE = Rule(
    __name__,
    Severity.WARNING,
    check,
    prediction=Prediction(WaitingReason.ERR_IMAGE_PULL),
    confidence=Confidence.LIKELY,
    is_about_host=True,
    part=Part.NAME,
)
