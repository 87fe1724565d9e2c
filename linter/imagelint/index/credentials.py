"""Which of a pod's pull secrets the kubelet tries for an image."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from imagelint.kubelet.docker_config import Verdict
from imagelint.kubelet.keyring import Keyring
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imagelint.index.definitions import Secret


class Match(StrEnum):
    """Whether a credential is tried; unknown if a secret is not in the input, or its content is not."""

    MATCHED = "matched"
    NONE = "none"
    UNKNOWN = "unknown"


class Credential(NamedTuple):
    """The outcome for one image, with the secrets whose keys match it."""

    match: Match
    secrets: tuple[Secret, ...] = ()


class Credentials:
    """The pull secrets of a pod, given the definitions of each, prepared once for any number of images.

    A secret that the kubelet cannot decode takes all others with it, so that nothing matches (v1.36 `secrets.go`).
    `are_known` is False if something outside the input may add secrets.
    """

    def __init__(self, found: Sequence[Sequence[Secret]], *, are_known: bool) -> None:
        self.secrets = tuple(secret for secrets in found for secret in secrets)
        configs = [(secret, secret.config) for secret in self.secrets if secret.config is not None]
        is_broken = any(config.verdict is Verdict.BROKEN for _, config in configs)
        is_known = are_known and all(secrets and all(secret.is_readable for secret in secrets) for secrets in found)
        self._without = Credential(Match.NONE if is_broken or is_known else Match.UNKNOWN)
        self._keyring = Keyring(() if is_broken else ((config.keys, secret) for secret, config in configs))

    def match(self, name: str) -> Credential:
        """Whether a credential is tried for the registry and repository `name`."""
        secrets = self._keyring.together(name)
        return Credential(Match.MATCHED, secrets) if secrets else self._without
