"""Random objects of manifests, and what a kustomization has to know to change them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from real_kustomize.parts import parts
from real_kustomize.yaml_text import Written

if TYPE_CHECKING:
    from random import Random

# The API version and the path of the pod template of each kind with pods; the last ones are custom resources.
WORKLOADS: dict[str, tuple[str, tuple[str, ...]]] = {
    "Deployment": ("apps/v1", ("spec", "template")),
    "StatefulSet": ("apps/v1", ("spec", "template")),
    "DaemonSet": ("apps/v1", ("spec", "template")),
    "ReplicaSet": ("apps/v1", ("spec", "template")),
    "ReplicationController": ("v1", ("spec", "template")),
    "Job": ("batch/v1", ("spec", "template")),
    "CronJob": ("batch/v1", ("spec", "jobTemplate", "spec", "template")),
    "Pod": ("v1", ()),
    "PodTemplate": ("v1", ("template",)),
    "Rollout": ("argoproj.io/v1alpha1", ("spec", "template")),
    "Runner": ("example.com/v1", ("spec", "pods", "main")),
}
_OFTEN = ("Deployment", "Deployment", "Deployment", "Deployment", "StatefulSet", "DaemonSet", "CronJob", "Job", "Pod")
NAMES = ("web", "api", "db", "worker", "web-api", "cache", "cron", "a1", "front.end", "mailer", "sync", "gate", "übung")
NAMESPACES = ("shop", "prod", "shop-eu", "default")
CONTAINERS = ("main", "app", "sidecar", "web", "init", "log-shipper")
ACCOUNTS = ("robot", "builder", "default", "web")
SECRETS = ("regcred", "pull", "quay-pull", "web")
DIGEST = f"sha256:{'0123456789abcdef' * 4}"
USUAL_IMAGES = parts("usual_images")
IMAGES = USUAL_IMAGES + parts("unusual_images")


@dataclass(frozen=True)
class Known:
    """An object as the generator follows it; only close to what kustomize makes of it."""

    api_version: str
    kind: str
    # The current name last.
    names: tuple[str, ...]
    namespace: str | None = None
    labels: dict[str, str] = field(default_factory=dict[str, str])
    annotations: dict[str, str] = field(default_factory=dict[str, str])
    # The list, name and image of each container.
    containers: tuple[tuple[str, str, str], ...] = ()

    @property
    def template(self) -> tuple[str, ...] | None:
        """The path of its pod template; None for what has no pods."""
        return WORKLOADS[self.kind][1] if self.kind in WORKLOADS else None

    @property
    def pod_spec(self) -> tuple[str, ...]:
        """The path of its PodSpec, of what has one."""
        return (*(self.template or ()), "spec")

    def renamed(self, prefix: str, suffix: str) -> Known:
        """The object under its next name."""
        return replace(self, names=(*self.names, f"{prefix}{self.names[-1]}{suffix}"))


class ObjectMaker:
    """Makes the objects of one tree; two of them rarely have one name."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._used: set[tuple[str, str]] = set()

    def make(self) -> tuple[Any, Known]:
        """An object and what is known of it."""
        makers = (self._workload, self._account, self._secret, self._config_map, self._binding, self._other)
        return self._random.choices(makers, (12, 3, 3, 1, 1, 2))[0]()

    def _named(self, api_version: str, kind: str, names: tuple[str, ...] = NAMES) -> tuple[dict[str, Any], Known]:
        random = self._random
        name = random.choice(names)
        for _ in range(9):
            if (kind, name) not in self._used or random.random() < 0.004:
                break
            name = random.choice(names) + random.choice(("", "-2", "-3", "-x"))
        self._used.add((kind, name))
        namespace = random.choice(NAMESPACES) if random.random() < 0.3 else None
        labels = {"app": random.choice(NAMES[:4]), "tier": random.choice("ab")} if random.random() < 0.5 else {}
        annotations = {"note": random.choice(("x", "y"))} if random.random() < 0.15 else {}
        metadata: dict[str, Any] = {"name": name}
        for key, value in (("namespace", namespace), ("labels", labels), ("annotations", annotations)):
            if value:
                metadata[key] = dict(value) if isinstance(value, dict) else value
        root = {"apiVersion": api_version, "kind": kind, "metadata": metadata}
        return root, Known(api_version, kind, (name,), namespace, labels, annotations)

    def _workload(self) -> tuple[Any, Known]:
        random = self._random
        kind = random.choice(_OFTEN) if random.random() < 0.8 else random.choice([*WORKLOADS])
        root, known = self._named(WORKLOADS[kind][0], kind)
        spec, containers = self.pod_spec()
        pod: dict[str, Any] = {"spec": spec}
        if random.random() < 0.5:
            pod = {"metadata": {"labels": {"app": known.names[0]}}, **pod}
        path = WORKLOADS[kind][1]
        parent = root
        for key in path[:-1]:
            parent = parent.setdefault(key, {})
        if path:
            parent[path[-1]] = pod
        else:
            root["spec"] = spec
        if kind in {"Deployment", "StatefulSet", "ReplicaSet"} and random.random() < 0.5:
            root["spec"] = {"replicas": 1, "selector": {"matchLabels": {"app": known.names[0]}}, **root["spec"]}
        return root, replace(known, containers=containers)

    def pod_spec(self) -> tuple[dict[str, Any], tuple[tuple[str, str, str], ...]]:
        """A PodSpec and its containers."""
        random = self._random
        spec: dict[str, Any] = {}
        containers: list[tuple[str, str, str]] = []
        if random.random() < 0.3:
            spec["serviceAccountName"] = random.choice(ACCOUNTS)
        elif random.random() < 0.05:
            spec["serviceAccount"] = random.choice(ACCOUNTS)
        if random.random() < 0.3:
            spec["imagePullSecrets"] = [{"name": name} for name in random.sample(SECRETS, random.choice((1, 1, 2)))]
        for key, share in (("initContainers", 0.25), ("containers", 1), ("ephemeralContainers", 0.03)):
            if random.random() < share:
                made = [self.container(name) for name in random.sample(CONTAINERS, random.choice((1, 1, 1, 2, 3)))]
                spec[key] = made
                containers += [(key, one["name"], one.get("image", "")) for one in made]
        if random.random() < 0.1:
            self._share(spec)
        if random.random() < 0.1:
            spec["volumes"] = [{"name": "v", random.choice(("secret", "configMap")): {"name": random.choice(SECRETS)}}]
        return spec, tuple(containers)

    def container(self, name: str) -> dict[str, Any]:
        """A container of that name."""
        random = self._random
        container: dict[str, Any] = {"name": name}
        if random.random() < 0.97:
            container["image"] = random.choice(USUAL_IMAGES if random.random() < 0.8 else IMAGES)
        if random.random() < 0.15:
            container["env"] = [{"name": "TARGET", "value": random.choice(("x", "$(IMAGE)", "$(NAME)-$(TAG)"))}]
        if random.random() < 0.1:
            container["ports"] = [{"containerPort": random.choice((80, 8080))}]
        if random.random() < 0.1:
            container["imagePullPolicy"] = "Always"
        return container

    def _share(self, spec: dict[str, Any]) -> None:
        """Let two places of a PodSpec share a value by an anchor."""
        first, *others = spec["containers"]
        if self._random.random() < 0.5:
            first["image"] = Written(f"&image {first.get('image') or 'nginx'}")
            for other in (*others, *spec.get("initContainers", ())):
                other["image"] = Written("*image")
        else:
            first["resources"] = Written("&limits {limits: {cpu: 1}}")
            for other in others:
                other["resources"] = {Written("<<"): Written("*limits")}

    def _account(self) -> tuple[Any, Known]:
        root, known = self._named("v1", "ServiceAccount", ACCOUNTS)
        if self._random.random() < 0.8:
            names = self._random.sample(SECRETS, self._random.choice((1, 1, 2)))
            root["imagePullSecrets"] = [{"name": name} for name in names]
        return root, known

    def _secret(self) -> tuple[Any, Known]:
        root, known = self._named("v1", "Secret", SECRETS)
        return {**root, "type": "kubernetes.io/dockerconfigjson", "data": {".dockerconfigjson": "e30="}}, known

    def _config_map(self) -> tuple[Any, Known]:
        root, known = self._named("v1", "ConfigMap", ("settings", "images", "web"))
        image = self._random.choice(USUAL_IMAGES)
        return {**root, "data": {"image": image, "tag": "v7", "registry": "reg.example.com", "both": "a.b/c"}}, known

    def _binding(self) -> tuple[Any, Known]:
        kind = self._random.choice(("RoleBinding", "ClusterRoleBinding"))
        root, known = self._named("rbac.authorization.k8s.io/v1", kind)
        subject = {"kind": "ServiceAccount", "name": self._random.choice(ACCOUNTS)}
        if self._random.random() < 0.5:
            subject["namespace"] = self._random.choice(NAMESPACES)
        role = {"kind": "ClusterRole", "name": "view", "apiGroup": "rbac.authorization.k8s.io"}
        return {**root, "roleRef": role, "subjects": [subject]}, known

    def _other(self) -> tuple[Any, Known]:
        api_version, kind, body = self._random.choice(_OTHERS)
        root, known = self._named(api_version, kind)
        return {**root, **body}, known


_OTHERS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("v1", "Service", {"spec": {"ports": [{"port": 80}]}}),
    ("v1", "Namespace", {}),
    ("rbac.authorization.k8s.io/v1", "ClusterRole", {"rules": []}),
    ("rbac.authorization.k8s.io/v1", "Role", {"rules": []}),
    ("networking.k8s.io/v1", "Ingress", {"spec": {"rules": []}}),
    ("v1", "PersistentVolumeClaim", {"spec": {"accessModes": ["ReadWriteOnce"]}}),
    ("example.com/v1", "Web", {"spec": {"image": "nginx:1.25", "containers": {"image": "nginx"}}}),
    ("example.com/v1", "Web", {"spec": {"parts": [{"containers": [{"name": "main", "image": "nginx:1.25"}]}]}}),
    ("serving.knative.dev/v1", "Service", {"spec": {"template": {"spec": {"containers": [{"image": "nginx:1.25"}]}}}}),
    (
        "apiextensions.k8s.io/v1",
        "CustomResourceDefinition",
        {"spec": {"group": "example.com", "containers": [{"name": "main", "image": "nginx:1.25"}]}},
    ),
)
