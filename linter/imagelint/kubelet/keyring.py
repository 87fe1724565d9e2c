"""Which keys of a docker config match an image, as the kubelet matches them.

Source: Kubernetes v1.36 `pkg/credentialprovider/keyring.go` (`Add`, `URLsMatch`, `Lookup`, `isDefaultRegistryMatch`);
Go's `net/url`, `net.SplitHostPort` and `path/filepath.Match`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

from imagelint.kubelet.reference import DOCKER_HUB
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

T = TypeVar("T")
_Labels: TypeAlias = tuple[str, ...]
# The stored key that serves Docker Hub if no other key matches.
HUB_KEY = "index.docker.io"
# What Go's url.Parse takes in a host beside any character beyond ASCII, and in the user in front of it.
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:")
_IN_HOST, _IN_USER = _UNRESERVED.union('[]<>"'), _UNRESERVED.union("%@")
# As texts: most runs need none of them, and each takes longer to compile than to match.
_PORT = r"(?::[0-9]*)?"
_ESCAPE = r"%(?![0-9A-Fa-f]{2})"
_CONTROL = r"[\x00-\x1f\x7f]"
_USER_INFO = r"\A((?:[A-Za-z][A-Za-z0-9+.-]*://)?)[^/?#]*@"
# What makes a label of a host a glob.
GLOB = frozenset("*?[\\")


class _Target(NamedTuple):
    """A stored key or an image, split for comparison."""

    labels: _Labels
    port: str
    path: str


def stored_key(auth_key: str) -> str | None:
    """The form in which the kubelet keeps a key: without scheme, user, query and API version; None if it cannot."""
    url = auth_key if auth_key.startswith(("https://", "http://")) else f"https://{auth_key}"
    parsed = _parse(url.partition("://")[2])
    if parsed is None:
        return None
    host, path = parsed
    if path.startswith(("/v1/", "/v2/")):
        path = path[3:]
    return host if path in {"", "/"} else host + path


def without_user(auth_key: str) -> str:
    """`auth_key` without the user, password or query that it may hold; it matches what it matched before."""
    if stored_key(auth_key) is None:
        return re.sub(_USER_INFO, r"\1 @", auth_key)  # a space, so that the kubelet still skips it
    return re.sub(_USER_INFO, r"\1", auth_key.partition("#")[0].partition("?")[0])


def matching_keys(auth_keys: Iterable[str], name: str) -> list[str]:
    """The stored keys that are tried for an image, in that order; `name` is its registry and repository.

    Without one the pull is anonymous. With one it never is, even if its credentials are refused.
    """
    keys = _StoredKeys({stored_key(auth_key) for auth_key in auth_keys} - {None})
    return sorted(keys.direct(name), reverse=True) or [*keys.fallback(name)]


class Keyring(Generic[T]):
    """The keys of docker configs by their owners, prepared once for any number of images.

    Takes for each owner its keys, each with whether it gives a user name: one that gives none is tried as well, and
    takes the place of others. How long a look-up takes depends on the keys that match, not on how many there are.
    """

    def __init__(self, owned: Iterable[tuple[Iterable[tuple[str, bool]], T]]) -> None:
        self._owners: list[T] = []
        # The numbers of the owners of each stored key: of all, and of those to which it gives a user name.
        self._trying: dict[str, set[int]] = {}
        self._serving: dict[str, set[int]] = {}
        for number, (auth_keys, owner) in enumerate(owned):
            self._owners.append(owner)
            for auth_key, has_username in auth_keys:
                key = stored_key(auth_key)
                if key is not None:
                    self._trying.setdefault(key, set()).add(number)
                    if has_username:
                        self._serving.setdefault(key, set()).add(number)
        self._keys = _StoredKeys(self._trying)
        self._found: dict[tuple[tuple[str, ...], tuple[str, ...]], tuple[T, ...]] = {}

    def together(self, name: str) -> tuple[T, ...]:
        """The owners that give a user name to an image if all configs are one ring, as those of a pod are.

        A key of any of them comes before the fallback in each.
        """
        direct = tuple(sorted(self._keys.direct(name)))
        return self._of(direct, () if direct else self._keys.fallback(name))

    def apart(self, name: str) -> tuple[T, ...]:
        """The owners that give a user name to an image if each config is there alone."""
        return self._of(tuple(sorted(self._keys.direct(name))), self._keys.fallback(name))

    def _of(self, direct: tuple[str, ...], fallback: tuple[str, ...]) -> tuple[T, ...]:
        """The owners of keys that match, and of the fallback without such a key; the same ones are the same tuple."""
        if (direct, fallback) not in self._found:
            tried = {number for key in direct for number in self._trying[key]}
            serving = {number for key in direct for number in self._serving.get(key, ())}
            serving |= {number for key in fallback for number in self._serving.get(key, ())} - tried
            self._found[direct, fallback] = tuple(self._owners[number] for number in sorted(serving))
        return self._found[direct, fallback]


class _StoredKeys:
    """Stored keys by what they match."""

    def __init__(self, keys: Iterable[str | None]) -> None:
        self._has_hub = False
        # By labels and port of the host. Those with globs by the labels without one, then by all labels.
        self._plain: dict[tuple[_Labels, str], _Paths] = {}
        self._globs: dict[tuple[_Labels, str], dict[_Labels, _Paths]] = {}
        # Which labels are globs, by the number of labels and the port.
        self._masks: dict[tuple[int, str], dict[tuple[bool, ...], None]] = {}
        for key in keys:
            self._add(key or "")

    def _add(self, key: str) -> None:
        self._has_hub = self._has_hub or key == HUB_KEY
        target = _split(key)
        if target is None:
            return
        mask = tuple(not GLOB.isdisjoint(label) for label in target.labels)
        if any(mask):
            self._masks.setdefault((len(mask), target.port), {})[mask] = None
            near = self._globs.setdefault((_masked(target.labels, mask), target.port), {})
            near.setdefault(target.labels, _Paths()).add(target.path, key)
        else:
            self._plain.setdefault((target.labels, target.port), _Paths()).add(target.path, key)

    def direct(self, name: str) -> Iterator[str]:
        """The keys that match the registry and repository of an image by their host and path, in no order."""
        target = _split(name)
        if target is None:
            return
        plain = self._plain.get((target.labels, target.port))
        if plain is not None:
            yield from plain.around(target.path)
        masks = self._masks.get((len(target.labels), target.port))
        if masks:
            yield from self._by_globs(target, masks)

    def _by_globs(self, target: _Target, masks: Iterable[tuple[bool, ...]]) -> Iterator[str]:
        from imagelint.kubelet.go_match import labels_match

        for mask in masks:
            near = self._globs.get((_masked(target.labels, mask), target.port), {})
            for globs, paths in near.items():
                if labels_match(globs, target.labels):
                    yield from paths.around(target.path)

    def fallback(self, name: str) -> tuple[str, ...]:
        """The key that serves an image of Docker Hub if no key matches directly."""
        return (HUB_KEY,) if self._has_hub and _is_default_registry(name) else ()


class _Paths:
    """Keys by the start of a path that they match."""

    def __init__(self) -> None:
        self._keys: dict[str, list[str]] = {}
        self._lengths: dict[int, None] = {}

    def add(self, path: str, key: str) -> None:
        self._keys.setdefault(path, []).append(key)
        self._lengths[len(path)] = None

    def around(self, path: str) -> Iterator[str]:
        for length in self._lengths:
            if length <= len(path):
                yield from self._keys.get(path[:length], ())


def _masked(labels: _Labels, mask: tuple[bool, ...]) -> _Labels:
    return tuple("*" if is_glob else label for label, is_glob in zip(labels, mask, strict=True))


@lru_cache(maxsize=4096)
def _parse(schemeless: str) -> tuple[str, str] | None:
    """Host and decoded path as Go's url.Parse reads `https://` + text; None if that fails."""
    if re.search(_CONTROL, schemeless):
        return None
    text = schemeless.partition("#")[0].partition("?")[0]
    authority, slash, path = text.partition("/")
    user, _, host = authority.rpartition("@")
    is_valid = _IN_USER.issuperset(user) and all(char in _IN_HOST or char > "\x7f" for char in host)
    is_valid = is_valid and _has_valid_port(host)
    if not is_valid or re.search(_ESCAPE, user) or re.search(_ESCAPE, path):
        return None
    return host, _unescaped(f"{slash}{path}")


def _unescaped(path: str) -> str:
    if "%" not in path:
        return path
    from urllib.parse import unquote

    return unquote(path)


def _has_valid_port(host: str) -> bool:
    opening, closing = host.rfind("["), host.rfind("]")
    if opening < 0:
        _, colon, port = host.partition(":")
        return re.fullmatch(_PORT, colon + port) is not None
    # Since Go 1.25.2 brackets are for IPv6 addresses alone, so that a class of characters cannot be in a key.
    is_bracketed = opening == 0 and closing > 0 and _is_ipv6(host[1:closing])
    return is_bracketed and re.fullmatch(_PORT, host[closing + 1 :]) is not None


def _is_ipv6(address: str) -> bool:
    from ipaddress import AddressValueError, IPv6Address

    try:
        IPv6Address(address)
    except AddressValueError:
        return False
    return True


@lru_cache(maxsize=4096)
def _split(schemeless: str) -> _Target | None:
    parsed = _parse(schemeless)
    if parsed is None:
        return None
    host, port = _split_port(parsed[0])
    return _Target(tuple(host.split(".")), port, parsed[1])


def _split_port(host: str) -> tuple[str, str]:
    """Go's net.SplitHostPort; if that fails the whole text is the host."""
    name, colon, port = host.rpartition(":")
    if not colon:
        return host, ""
    if name.startswith("[") and name.endswith("]") and name.count("[") == name.count("]") == 1:
        return name[1:-1], port
    return (host, "") if set(name) & set(":[]") else (name, port)


def _is_default_registry(name: str) -> bool:
    first, slash, _ = name.partition("/")
    return bool(first) and (not slash or first in {DOCKER_HUB, HUB_KEY} or not set(first) & set(".:"))
