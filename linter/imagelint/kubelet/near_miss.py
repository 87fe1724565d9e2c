"""Why a key of a docker config does not match the image that it was surely meant for."""

from __future__ import annotations

import re

from imagelint.kubelet.keyring import HUB_KEY
from imagelint.kubelet.reference import DOCKER_HUB

_HUB_SERVER = "https://index.docker.io/v1/"
_HUB_NAMES = frozenset({"registry-1.docker.io", "registry.hub.docker.com", "hub.docker.com", "docker.com"})
_SCHEME = r"([A-Za-z][A-Za-z0-9+.-]*)://"


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
    if own_host == HUB_KEY and own_path.strip("/"):
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
