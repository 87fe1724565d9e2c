"""Keys of docker configs, and images that they may be meant for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from conformity.parts import parts
from conformity.texts import mutated
from imagelint.kubelet.reference import InvalidReferenceError, parse_reference

if TYPE_CHECKING:
    from collections.abc import Iterable
    from random import Random

_SCHEMES = parts("key_schemes")
_HOSTS = parts("key_hosts")
_GLOBS = parts("key_globs")
_PORTS = parts("key_ports")
_PATHS = parts("key_paths")
_USERS = parts("key_users")
HUB_KEYS = ("index.docker.io", "https://index.docker.io/v1/", "docker.io")
_HUB_HOSTS = frozenset({"docker.io", "index.docker.io", "registry-1.docker.io"})
_HUB_IMAGES = parts("docker_hub_images")
_IMAGE_PATHS = parts("image_paths")


class Key(NamedTuple):
    """A key, and the host that it is about."""

    text: str
    host: str


def random_key(random: Random) -> Key:
    """A key of likely and unlikely parts."""
    host = random.choice(_HOSTS)
    labels = host.split(".")
    kind = random.random()
    if kind < 0.4:
        for _ in range(random.choice((1, 1, 2))):
            labels[random.randrange(len(labels))] = random.choice(_GLOBS)
    elif kind < 0.46:
        labels.insert(random.randrange(len(labels) + 1), random.choice(("", "x", "*")))
    name = ".".join(labels)
    text = f"{random.choice(_SCHEMES)}{random.choice(_USERS)}{name}{random.choice(_PORTS)}{random.choice(_PATHS)}"
    return Key(mutated(random, text) if random.random() < 0.1 else text, host)


def hub_key(random: Random) -> Key:
    """One of the keys for Docker Hub."""
    return Key(random.choice(HUB_KEYS), "docker.io")


def images_for(random: Random, keys: Iterable[Key], count: int) -> list[str]:
    """Different images that parse, most of them of the hosts of the keys."""
    hosts = [key.host for key in keys] or ["docker.io"]
    images = dict.fromkeys(_image_for(random, hosts) for _ in range(count))
    return [image for image in images if _parses(image)]


def _image_for(random: Random, hosts: list[str]) -> str:
    host = random.choice(hosts if random.random() < 0.85 else _HOSTS)
    if host in _HUB_HOSTS and random.random() < 0.5:
        return random.choice(_HUB_IMAGES)
    return f"{host}{random.choice(('', '', '', ':443', ':5000'))}/{random.choice(_IMAGE_PATHS)}"


def _parses(image: str) -> bool:
    try:
        parse_reference(image)
    except InvalidReferenceError:
        return False
    return True
