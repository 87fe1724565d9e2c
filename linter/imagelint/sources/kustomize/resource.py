"""Objects while they are built: with the names that they had, by which references and patches still find them."""

from __future__ import annotations

from functools import lru_cache

from imagelint.data import load_data
from imagelint.facts.secrets import hidden_spans
from imagelint.sources.kustomize.fields import RefusedError, size
from imagelint.text.nodes import Mapping, Node, Scalar, mapping
from imagelint.text.records import NamedTuple

# The namespace of objects that can have none, and of those that name none (`kyaml/resid/resid.go`).
NO_NAMESPACE, DEFAULT_NAMESPACE = "_non_namespaceable_", "default"


@lru_cache(maxsize=1)
def _cluster_scoped() -> frozenset[str]:
    return frozenset(load_data("kustomize.json")["cluster_scoped"])


class Gvk(NamedTuple):
    """The type of an object; an empty part of a selector means any."""

    group: str = ""
    version: str = ""
    kind: str = ""

    @property
    def api_version(self) -> str:
        """As `apiVersion` has it."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def is_cluster_scoped(self) -> bool:
        """Whether kustomize knows that objects of the type have no namespace."""
        return f"{self.api_version}/{self.kind}" in _cluster_scoped()

    def selects(self, group: str, version: str, kind: str) -> bool:
        """Whether the type is that of the selector."""
        return self.group in {"", group} and self.version in {"", version} and self.kind in {"", kind}


class ResId(NamedTuple):
    """The identity of an object, as kustomize's messages write it: `Deployment.v1.apps/web.[noNs]`."""

    group: str
    version: str
    kind: str
    name: str
    namespace: str

    @property
    def gvk(self) -> Gvk:
        """The type."""
        return Gvk(self.group, self.version, self.kind)

    @property
    def effective_namespace(self) -> str:
        """The namespace for comparisons."""
        if self.gvk.is_cluster_scoped:
            return NO_NAMESPACE
        return self.namespace or DEFAULT_NAMESPACE

    @property
    def key(self) -> ResId:
        """What is the same for objects that kustomize takes for the same."""
        return self._replace(namespace=self.effective_namespace)

    def __str__(self) -> str:
        """As kustomize's messages write it."""
        type_ = f"{self.kind or '[noKind]'}.{self.version or '[noVer]'}.{self.group or '[noGrp]'}"
        return f"{type_}/{self.name or '[noName]'}.{self.namespace or '[noNs]'}"


def value_of(node: Node | None, key: str) -> str:
    """The text of the scalar under `key`; empty if there is none."""
    value = node.get(key) if isinstance(node, Mapping) else None
    return value.value if isinstance(value, Scalar) and not value.is_null else ""


def id_of(node: Mapping) -> ResId:
    """The identity that an object states."""
    # Without a slash, all of it is the version.
    api_version = value_of(node, "apiVersion")
    group, slash, version = api_version.partition("/")
    metadata = mapping(node, "metadata")
    names = value_of(metadata, "name"), value_of(metadata, "namespace")
    return ResId(group if slash else "", version if slash else api_version, value_of(node, "kind"), *names)


def is_secret(resource: Resource, node: Node) -> bool:
    """Whether a node is content of a Secret, which nothing that is reported may repeat."""
    if resource.id.kind != "Secret" or not isinstance(node, Scalar):
        return resource.id.kind == "Secret"
    # Labels are what others select it by, and no place for secrets.
    labels = mapping(mapping(resource.node, "metadata"), "labels")
    is_label = labels is not None and any(value is node for _, value in labels.pairs())
    return not is_label and node.span in hidden_spans(resource.node)


_IDENTIFYING = ("apiVersion", "kind", "metadata")


class Previous(NamedTuple):
    """A name that an object had."""

    namespace: str
    name: str
    kind: str


class Resource:
    """An object, and what kustomize remembers of it. Nothing of it changes; transformers make others."""

    __slots__ = (
        "_id",
        "_size",
        "behavior",
        "is_open",
        "needs_hash",
        "node",
        "prefixes",
        "previous",
        "suffixes",
        "variables",
    )

    def __init__(self, node: Mapping) -> None:
        self.node = node
        # Oldest first.
        self.previous: tuple[Previous, ...] = ()
        self.prefixes: tuple[str, ...] = ()
        self.suffixes: tuple[str, ...] = ()
        # Of a generated object: whether its name ends in a hash, and whether it merges with another or replaces it.
        self.needs_hash = False
        self.behavior = ""
        # Its content or its hash is not known: files that it is generated from are not in the repository.
        self.is_open = False
        # The vars that take their value from it.
        self.variables: tuple[str, ...] = ()
        self._id: ResId | None = None
        self._size: int | None = None

    @property
    def id(self) -> ResId:
        """The present identity."""
        if self._id is None:
            self._id = id_of(self.node)
        return self._id

    @property
    def size(self) -> int:
        """How many nodes it has."""
        if self._size is None:
            self._size = size(self.node)
        return self._size

    @property
    def original_id(self) -> ResId:
        """The first identity."""
        return self.previous_ids[0] if self.previous else self.id

    @property
    def previous_ids(self) -> list[ResId]:
        """The identities before the present one, oldest first; their API version is that of today."""
        own = self.id
        return [ResId(own.group, own.version, past.kind, past.name, past.namespace) for past in self.previous]

    @property
    def ids(self) -> list[ResId]:
        """The present identity and those before."""
        return [self.id, *self.previous_ids]

    def has_key(self, key: ResId) -> bool:
        """Whether any identity is the same as one that `ResId.key` gave."""
        return any(own.name == key.name and own.key == key for own in self.ids)

    def may_have(self, keys: list[str]) -> bool:
        """Whether a field that it lacks may be from a file that it is generated from and that is not here."""
        return self.is_open and keys[:1] in (["data"], ["binaryData"])

    def changed(self, node: Mapping) -> Resource:
        """The same with other content."""
        if node is self.node:
            return self
        resource = self._copy()
        resource.node = node
        if all(node.get(key) is self.node.get(key) for key in _IDENTIFYING):
            resource._id = self._id  # noqa: SLF001 - of the same class
        return resource

    def remembering(self) -> Resource:
        """The same, with its present identity among the previous ones. Raises RefusedError if it has lost it."""
        past = Previous(self.id.effective_namespace, self.id.name, self.id.kind)
        if self.previous and not (past.name and past.kind):
            raise RefusedError("an object has lost its name or its kind")
        resource = self._copy()
        resource.previous = (*self.previous, past)
        return resource

    def with_affixes(self, *, prefix: str = "", suffix: str = "") -> Resource:
        """The same, after a prefix or a suffix was added to its name."""
        resource = self._copy()
        resource.prefixes += (prefix,) if prefix else ()
        resource.suffixes += (suffix,) if suffix else ()
        return resource

    def with_variable(self, name: str) -> Resource:
        """The same, as the source of a var."""
        resource = self._copy()
        resource.variables += (name,)
        return resource

    def generated(self, *, needs_hash: bool, behavior: str, is_open: bool) -> Resource:
        """The same, as the object of a generator."""
        resource = self._copy()
        resource.needs_hash, resource.behavior, resource.is_open = needs_hash, behavior, is_open
        return resource

    def opened(self) -> Resource:
        """The same, with a hash that is not known."""
        return self.generated(needs_hash=self.needs_hash, behavior=self.behavior, is_open=True)

    def _copy(self) -> Resource:
        resource = Resource(self.node)
        resource.previous, resource.prefixes, resource.suffixes = self.previous, self.prefixes, self.suffixes
        resource.needs_hash, resource.behavior, resource.variables = self.needs_hash, self.behavior, self.variables
        resource.is_open = self.is_open
        return resource


def is_local_only(resource: Resource) -> bool:
    """Whether an object is settings for tools, which kustomize does not print."""
    found = mapping(mapping(resource.node, "metadata"), "annotations")
    value = found.get("config.kubernetes.io/local-config") if found else None
    return isinstance(value, Scalar) and value.value != "false"
