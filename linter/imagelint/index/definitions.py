"""Secrets and service accounts where they are deployed, and the look-up of a name from a namespace."""

from __future__ import annotations

from copy import copy
from functools import lru_cache
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from imagelint.facts.model import NamespacedName, Resource
from imagelint.text.places import Place, SourceId, Span
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from imagelint.facts.model import SecretDefinition, ServiceAccount
    from imagelint.kubelet.docker_config import DockerConfig
    from imagelint.text.places import Text
    from imagelint.world.settings import Settings


class Defined(Protocol):
    """An object that others name, in the namespace that it is deployed to."""

    @property
    def id(self) -> NamespacedName:
        """Its name and that namespace."""
        ...

    @property
    def plain_name(self) -> str:
        """Its name without the hash of kustomize, which kustomize adds to references that it knows of."""
        ...

    @property
    def resource(self) -> Resource:
        """The object, or the one that makes it."""
        ...


class Secret(NamedTuple):
    """A Secret, or an object that makes one; `type` and `config` are None if they are not known."""

    source: SourceId
    id: NamespacedName
    resource: Resource
    span: Span
    type: str | None
    config: DockerConfig | None
    config_span: Span | None
    plain_name: str
    is_hashed: bool = False
    hosts_of_steps: tuple[str, ...] = ()
    # Its content is a placeholder, which is filled in before it is applied.
    is_placeholder: bool = False

    @property
    def place(self) -> Place:
        """Where it is defined."""
        return Place(self.source, self.span)

    @property
    def is_readable(self) -> bool:
        """Whether it is known what the kubelet gets from it: its content, or a type that is skipped."""
        return self.config is not None or (self.type is not None and not self.is_of_docker)

    @property
    def is_of_docker(self) -> bool:
        """Whether it is of one of the two types that the kubelet reads."""
        from imagelint.kubelet.docker_config import DOCKER_KEYS

        return self.type in DOCKER_KEYS

    @property
    def config_place(self) -> Place:
        """The place of its docker config, or else of its name."""
        return Place(self.source, self.config_span or self.span)


class Account(NamedTuple):
    """A ServiceAccount with the pull secrets that it gives to its pods."""

    source: SourceId
    id: NamespacedName
    resource: Resource
    span: Span
    pull_secrets: tuple[Text, ...]
    enforces_secrets: bool

    @property
    def plain_name(self) -> str:
        """Its name: kustomize adds no hash to it."""
        return self.id.name

    @property
    def place(self) -> Place:
        """Where it is defined."""
        return Place(self.source, self.span)


T = TypeVar("T", bound=Defined)


class Lookup(NamedTuple, Generic[T]):
    """The definitions of a name: in a namespace; else those that may be, as one side states none; else all others."""

    here: tuple[T, ...]
    perhaps: tuple[T, ...]
    elsewhere: tuple[T, ...]

    @property
    def usable(self) -> tuple[T, ...]:
        """The definitions that the cluster would or may find."""
        return self.here or self.perhaps

    def shown_elsewhere(self, user: Resource) -> tuple[T, ...]:
        """The definitions that show that the namespace of `user` has none.

        What was read back from a cluster shows only what was there at that time, and says nothing of manifests.
        """
        return tuple(item for item in self.elsewhere if user.is_stored or not item.resource.is_stored)


class Names(Generic[T]):
    """Objects by name and namespace; an unknown namespace is not `default`."""

    def __init__(self, objects: Sequence[T], outside: Callable[[str, str | None], tuple[T, ...]] | None = None) -> None:
        self.all = tuple(objects)
        # What is known to be there although no file has it.
        self.outside = lru_cache(maxsize=None)(outside) if outside is not None else None
        by_name: dict[str, list[T]] = {}
        by_id: dict[NamespacedName, list[T]] = {}
        by_namespace: dict[str | None, list[T]] = {}
        for item in objects:
            for name in {item.id.name, item.plain_name}:
                by_name.setdefault(name, []).append(item)
                by_id.setdefault(NamespacedName(item.id.namespace, name), []).append(item)
            by_namespace.setdefault(item.id.namespace, []).append(item)
        self._by_name = {name: tuple(found) for name, found in by_name.items()}
        self._by_id = {id_: tuple(found) for id_, found in by_id.items()}
        self._namespaces: dict[str, tuple[str, ...]] = {}
        self._by_namespace = {namespace: tuple(found) for namespace, found in by_namespace.items()}

    def beside(self, outside: Callable[[str, str | None], tuple[T, ...]]) -> Names[T]:
        """The same objects, with others outside the input."""
        found = copy(self)
        found.outside = lru_cache(maxsize=None)(outside)
        return found

    def within(self, namespace: str | None) -> tuple[T, ...]:
        """The objects of a namespace, or those whose namespace no file states."""
        return self._by_namespace.get(namespace, ())

    def namespaces(self, name: str) -> tuple[str, ...]:
        """The namespaces that define `name`, sorted; an empty text if no file states one."""
        if name not in self._namespaces:
            found = {item.id.namespace or "" for item in self._by_name.get(name, ())}
            self._namespaces[name] = tuple(sorted(found))
        return self._namespaces[name]

    def find(self, name: str, namespace: str | None) -> Lookup[T]:
        """Where `name` is defined, seen from `namespace`. The same definitions are the same tuple."""
        here = self._by_id.get(NamespacedName(namespace, name), ())
        if not here and self.outside is not None:
            here = self.outside(name, namespace)
        if here:
            return Lookup(here, (), ())
        anywhere = self._by_name.get(name, ())
        unsure = anywhere if namespace is None else self._by_id.get(NamespacedName(None, name), ())
        return Lookup((), unsure, () if unsure else anywhere)


def deploy_secret(source: SourceId, secret: SecretDefinition, default: str | None) -> Secret:
    """The Secret of a file; `default` is the namespace of those that state none."""
    namespace = secret.id.namespace if secret.anywhere else secret.id.namespace or default
    return Secret(
        source,
        NamespacedName(namespace, secret.id.name),
        secret.resource,
        secret.span,
        secret.type,
        secret.config,
        secret.config_span,
        plain_name=secret.plain_name or secret.id.name,
        is_hashed=secret.is_hashed,
        hosts_of_steps=secret.hosts_of_steps,
        is_placeholder=secret.is_placeholder,
    )


class ExternalSecrets:
    """The Secrets that the settings say are made outside the input; an unknown namespace may be any."""

    def __init__(self, settings: Settings) -> None:
        from imagelint.text.glob_table import GlobTable

        self._source = SourceId(settings.source)
        globs = [(where, what) for where, _, what in (entry.partition("/") for entry in settings.external_secrets)]
        self._by_id = GlobTable((f"{where}/{what}", (where, what)) for where, what in globs)
        # For names of which the namespace is not known.
        self._by_name = GlobTable((what, what) for what in dict.fromkeys(what for _, what in globs))

    def find(self, name: str, namespace: str | None) -> tuple[Secret, ...]:
        """The Secret that may be there, if one is declared."""
        if not self._is_declared(name, namespace):
            return ()
        resource = Resource("v1", "Secret", namespace, name, 0, Span(1, 1, 1, 1))
        identity = NamespacedName(namespace, name)
        return (Secret(self._source, identity, resource, resource.span, None, None, None, plain_name=name),)

    def _is_declared(self, name: str, namespace: str | None) -> bool:
        from imagelint.text.globs import glob_matches

        if namespace is None:
            return any(glob_matches(what, name) for what in self._by_name.near(name))
        near = self._by_id.near(f"{namespace}/{name}")
        return any(glob_matches(what, name) and glob_matches(where, namespace) for where, what in near)


def deploy_account(source: SourceId, account: ServiceAccount, default: str | None) -> Account | None:
    """The account of a file; None without a name. `default` is the namespace of those that state none."""
    resource = account.resource
    if resource.name is None:
        return None
    return Account(
        source,
        NamespacedName(resource.namespace or default, resource.name),
        resource,
        resource.span,
        account.pull_secrets,
        account.enforces_secrets,
    )
