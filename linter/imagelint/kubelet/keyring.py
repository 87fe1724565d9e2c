"""Which keys of a docker config match an image, as the kubelet matches them.

Source: Kubernetes v1.36 `pkg/credentialprovider/keyring.go` (`Add`, `URLsMatch`, `Lookup`, `isDefaultRegistryMatch`);
Go's `net/url`, `net.SplitHostPort` and `path/filepath.Match`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeAlias, TypeVar

from imagelint.kubelet.reference import DOCKER_HUB, MAX_TEXT
from imagelint.text.globs import joined_by_stars

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

T = TypeVar("T")
_Labels: TypeAlias = tuple[str, ...]
# The stored key that serves Docker Hub where no other key matches.
_HUB_KEY = "index.docker.io"
_HUB_SERVER = "https://index.docker.io/v1/"
_HUB_NAMES = frozenset({"registry-1.docker.io", "registry.hub.docker.com", "hub.docker.com", "docker.com"})
# What Go's url.Parse takes in a host beside any character beyond ASCII, and in the user in front of it.
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:")
_IN_HOST, _IN_USER = _UNRESERVED.union('[]<>"'), _UNRESERVED.union("%@")
# As texts: most runs need none of them, and each takes longer to compile than to match.
_PORT = r"(?::[0-9]*)?"
_ESCAPE = r"%(?![0-9A-Fa-f]{2})"
_CONTROL = r"[\x00-\x1f\x7f]"
_USER_INFO = r"\A((?:[A-Za-z][A-Za-z0-9+.-]*://)?)[^/?#]*@"
_GLOB = frozenset("*?[\\")
_SCHEME = r"([A-Za-z][A-Za-z0-9+.-]*)://"


class _Target(NamedTuple):
    """A stored key or an image, split for comparison."""

    labels: _Labels
    port: str
    path: str


def stored_key(auth_key: str) -> str | None:
    """The form in which the kubelet keeps a key: without scheme, user, query and API version; None where it cannot."""
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

    Without one the pull is anonymous. With one it never is, even where its credentials are refused.
    """
    keys = _StoredKeys({stored_key(auth_key) for auth_key in auth_keys} - {None})
    return sorted(keys.direct(name), reverse=True) or [*keys.fallback(name)]


class Keyring(Generic[T]):
    """The keys of docker configs by their owners, sorted out once for any number of images.

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
        """The owners that give a user name to an image where all configs are one ring, as those of a pod are.

        A key of any of them comes before the fallback in each.
        """
        direct = tuple(sorted(self._keys.direct(name)))
        return self._of(direct, () if direct else self._keys.fallback(name))

    def apart(self, name: str) -> tuple[T, ...]:
        """The owners that give a user name to an image where each config is there alone."""
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
        self._has_hub = self._has_hub or key == _HUB_KEY
        target = _split(key)
        if target is None:
            return
        mask = tuple(not _GLOB.isdisjoint(label) for label in target.labels)
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
        for mask in self._masks.get((len(target.labels), target.port), ()):
            near = self._globs.get((_masked(target.labels, mask), target.port), {})
            for globs, paths in near.items():
                if _labels_match(globs, target.labels):
                    yield from paths.around(target.path)

    def fallback(self, name: str) -> tuple[str, ...]:
        """The key that serves an image of Docker Hub where no key matches directly."""
        return (_HUB_KEY,) if self._has_hub and _is_default_registry(name) else ()


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


def near_miss(auth_key: str, name: str) -> tuple[str, str] | None:
    """Why a key that was surely meant for an image does not match it, and the key that would; None for others."""
    host, _, path = name.partition("/")
    scheme = re.match(_SCHEME, auth_key)
    bare = auth_key[scheme.end() :] if scheme else auth_key
    own_host = bare.partition("/")[0]
    if scheme and scheme[1] not in {"http", "https"} and own_host == host:
        return f"the scheme `{scheme[0]}` is not removed", host
    if host == DOCKER_HUB:
        return _hub_miss(bare, path)
    if auth_key != auth_key.strip() and auth_key.strip().endswith(host):
        return "the kubelet skips entries with leading or trailing white space", host
    if own_host != host and own_host.lower() == host.lower():
        return "host names are case-sensitive", host
    if own_host != host and own_host.partition(":")[0] == host.partition(":")[0]:
        return "ports must be equal, and there is no default port", host
    return _path_miss(bare, own_host, host, path)


def _hub_miss(bare: str, path: str) -> tuple[str, str] | None:
    own_host, _, own_path = bare.partition("/")
    if bare in {"index.docker.io/v1", "index.docker.io/v2"}:
        return "the trailing slash is missing, so the kubelet reads `/v1` as a repository", _HUB_SERVER
    if own_host == _HUB_KEY and own_path.strip("/"):
        organisation = path.partition("/")[0]
        return "Docker Hub's repositories are looked up under `docker.io`", f"docker.io/{organisation}/"
    if own_host in _HUB_NAMES:
        return "it is a host of Docker Hub, but images are looked up under `docker.io`", _HUB_SERVER
    if own_host == DOCKER_HUB and own_path and f"library/{own_path.strip('/')}" == path:
        return "official images are looked up under `library/`", f"docker.io/{path}"
    return None


def _path_miss(bare: str, own_host: str, host: str, path: str) -> tuple[str, str] | None:
    own_path = bare.partition("/")[2]
    if own_host != host or not own_path:
        return None
    if own_path in {"v1", "v2"}:
        return f"the trailing slash is missing, so the kubelet reads `/{own_path}` as a repository", host
    if "*" in own_path:
        return "paths are compared literally; globs only work in host names", host
    repository = own_path.partition(":")[0]
    if ":" in own_path and path.startswith(repository):
        return "tags are removed from an image before the lookup", f"{host}/{repository}"
    return f"its path `/{own_path}` is not a prefix of `/{path}`", host


@lru_cache(maxsize=4096)
def _parse(schemeless: str) -> tuple[str, str] | None:
    """Host and decoded path as Go's url.Parse reads `https://` + text; None where that fails."""
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
    """Go's net.SplitHostPort; where that fails the whole text is the host."""
    name, colon, port = host.rpartition(":")
    if not colon:
        return host, ""
    if name.startswith("[") and name.endswith("]") and name.count("[") == name.count("]") == 1:
        return name[1:-1], port
    return (host, "") if set(name) & set(":[]") else (name, port)


def _labels_match(globs: _Labels, labels: _Labels) -> bool:
    """Whether each label of a host is matched, where those without a glob are the same."""
    return all(
        (pattern := _glob_pattern(glob)) is not None and pattern.fullmatch(label) is not None
        for glob, label in zip(globs, labels, strict=True)
        if not _GLOB.isdisjoint(glob)
    )


@lru_cache(maxsize=4096)
def _glob_pattern(glob: str) -> re.Pattern[str] | None:
    """Go's filepath.Match as a regular expression; None for a pattern that it calls bad, or that no host needs.

    The text between two stars is matched at its first occurrence, as in Go: many stars cost no more than one.
    """
    if len(glob) > MAX_TEXT:
        return None
    parts = [""]  # the text between the stars
    rest = glob
    while rest:
        char, rest = rest[0], rest[1:]
        if char == "*":
            parts.append("")
        elif char == "?":
            parts[-1] += "[^/]"
        elif char == "[":
            found = _character_class(rest)
            if found is None:
                return None
            parts[-1] += found[0]
            rest = found[1]
        else:
            if char == "\\":
                if not rest:
                    return None
                char, rest = rest[0], rest[1:]
            parts[-1] += re.escape(char)
    return re.compile(joined_by_stars(parts, "[^/]"), re.DOTALL)


def _character_class(rest: str) -> tuple[str, str] | None:
    """A class after its `[`, and what follows it; None where it has no end or a range no start."""
    negated = rest.startswith("^")
    rest = rest[negated:]
    ranges: list[str] = []
    while not (rest.startswith("]") and ranges):
        low, rest = _class_char(rest)
        high = low
        if low is not None and rest.startswith("-"):
            high, rest = _class_char(rest[1:])
        if low is None or high is None or not rest:
            return None
        ranges.append(f"{re.escape(low)}-{re.escape(high)}" if low <= high else "")
    body = "".join(ranges)
    if not body:  # only empty ranges, such as [z-a]
        return ("." if negated else "(?!)"), rest[1:]
    return f"[{'^' if negated else ''}{body}]", rest[1:]


def _class_char(rest: str) -> tuple[str | None, str]:
    if not rest or rest[0] in "-]":
        return None, rest
    if rest[0] == "\\":
        rest = rest[1:]
    return (rest[0], rest[1:]) if rest else (None, rest)


def _is_default_registry(name: str) -> bool:
    first, slash, _ = name.partition("/")
    return bool(first) and (not slash or first in {DOCKER_HUB, _HUB_KEY} or not set(first) & set(".:"))
