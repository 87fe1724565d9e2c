"""The blocks of `kubectl describe pod` (kubectl v0.36 `pkg/describe/describe.go`), by their keys.

Indentation is not relied upon: issues and chats take it away. A block of another object has no containers of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from imagelint.diagnose.event_messages import BROKEN_SECRET, PULL_REASONS, read_message
from imagelint.diagnose.observations import Kind, Observation

if TYPE_CHECKING:
    from imagelint.diagnose.context import Context

_NAME = r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?"
_KEY = re.compile(r"\s*(?P<key>[A-Z][A-Za-z ]{1,40}):(?:\s+(?P<value>\S.*?))?\s*$")
_CONTAINER = re.compile(rf"\s*(?P<name>{_NAME}):\s*$")
_LISTS = frozenset({"Containers", "Init Containers", "Ephemeral Containers"})
# Keys after which no field of a container follows before the next container.
_CLOSING = frozenset({"Environment", "Environment Variables from", "Mounts", "Limits", "Requests", "Args", "Command"})
_STATES = frozenset({"State", "Last State"})
# Waiting reasons of a container whose image was not requested yet, or is being pulled.
NOT_YET = frozenset({"ContainerCreating", "PodInitializing", ""})


@dataclass(slots=True)
class _Container:
    name: str
    image: str | None = None
    state: str = ""
    reason: str = ""
    message: str | None = None
    # The state whose fields are read, and whether the fields of the container itself are.
    current: str = ""
    is_open: bool = True


@dataclass(slots=True)
class Block:
    """The pod that is described, as far as it was read."""

    name: str
    namespace: str | None = None
    is_pod: bool = False
    in_containers: bool = False
    containers: list[_Container] = field(default_factory=list[_Container])


class DescribeReader:
    """Follows the blocks of a text; its pod is that of the events below it."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._block: Block | None = None

    def read(self, line: str) -> bool:
        """Take a line that belongs to a block, False for any other."""
        match = _KEY.match(line)
        if match is not None and self._key(match["key"], match["value"] or ""):
            return True
        block = self._block
        container = _CONTAINER.match(line) if block is not None and block.in_containers else None
        if block is None or container is None:
            return False
        block.containers.append(_Container(container["name"]))
        return True

    def _key(self, key: str, value: str) -> bool:
        if key == "Name" and re.fullmatch(_NAME, value):
            self.close()
            self._block = Block(value)
        elif key == "Namespace" and re.fullmatch(_NAME, value):
            self._context.namespace = value
            if self._block is not None:
                self._block.namespace = value
        elif self._block is None:
            return False
        elif key in _LISTS:
            self._block.is_pod = self._block.in_containers = True
            self._context.pod = self._block.name
        elif key == "Pod Template":
            self._block = None
        elif key in {"Conditions", "Volumes", "Events"}:
            self._block.in_containers = False
        elif self._block.in_containers and self._block.containers:
            _read_field(self._block.containers[-1], key, value)
        elif key == "Node" and not self._block.in_containers:
            self._context.pod = self._block.name
        return key != "Message"

    def close(self) -> None:
        """Note the containers of the block that ends."""
        block, self._block = self._block, None
        self._context.pod = None
        if block is None or not block.is_pod:
            return
        for container in block.containers:
            self._context.add(_observation(container)._replace(namespace=block.namespace, pod=block.name))


def _read_field(container: _Container, key: str, value: str) -> None:
    if key in _CLOSING:
        container.is_open = False
    if not container.is_open:
        return
    if key == "Image":
        container.image = value
    elif key in _STATES:
        container.current = key
        container.state = value if key == "State" else container.state
    elif container.current == "State" and key == "Reason":
        container.reason = value
    elif container.current == "State" and key == "Message":
        container.message = value
    elif key in {"Ready", "Restart Count"}:
        container.current = ""


def _observation(container: _Container) -> Observation:
    waiting = container.reason if container.state == "Waiting" else None
    return state_of(container.name, container.image, waiting, container.message, is_past=container.state != "")


def state_of(
    name: str | None, image: str | None, waiting: str | None, message: str | None = None, *, is_past: bool
) -> Observation:
    """What the state of a container says; `waiting` is its waiting reason, None if it does not wait."""
    base = Observation(Kind.DECLARED, container=name, image=image, is_state=True)
    if waiting is None:
        return base._replace(kind=Kind.STARTED) if is_past else base
    if waiting in PULL_REASONS or BROKEN_SECRET.fullmatch(waiting):
        read = read_message(message) if message else None
        error = message if read is None else read.error
        return base._replace(
            kind=Kind.FAILED, reason=waiting, error=error, image=image or (read.image if read else None)
        )
    return base if waiting in NOT_YET else base._replace(kind=Kind.STARTED)
