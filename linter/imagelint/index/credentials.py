"""Which of a pod's pull secrets the kubelet tries for an image."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from imagelint.kubelet.docker_config import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imagelint.index.definitions import Secret


class Match(StrEnum):
    """Whether a credential is tried; unknown where a secret is not in the input, or its content is not."""

    MATCHED = "matched"
    NONE = "none"
    UNKNOWN = "unknown"


class Credential(NamedTuple):
    """The outcome for one image, with the secrets whose keys match it."""

    match: Match
    secrets: tuple[Secret, ...] = ()


def match_credential(name: str, found: Sequence[Sequence[Secret]], *, are_known: bool) -> Credential:
    """The outcome for registry and repository `name`, given the definitions of each pull secret of the pod.

    A secret that the kubelet cannot decode takes all others with it, so that nothing matches (v1.36 `secrets.go`).
    """
    configs = [(secret, secret.config) for secrets in found for secret in secrets if secret.config is not None]
    if any(config.verdict is Verdict.BROKEN for _, config in configs):
        return Credential(Match.NONE)
    # The keys of all secrets are one ring: a key in any of them comes before the fallback in each.
    tried = [(secret, config, config.keyring.direct(name)) for secret, config in configs]
    if not any(keys for _, _, keys in tried):
        tried = [(secret, config, config.keyring.fallback(name)) for secret, config in configs]
    matching = tuple(secret for secret, config, keys in tried if not config.keys_with_username.isdisjoint(keys))
    if matching:
        return Credential(Match.MATCHED, matching)
    is_known = are_known and all(secrets and all(secret.is_readable for secret in secrets) for secrets in found)
    return Credential(Match.NONE if is_known else Match.UNKNOWN)
