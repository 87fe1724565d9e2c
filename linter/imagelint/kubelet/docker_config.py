"""The credentials in a Secret, decoded as the API server and the kubelet do, without keeping the secrets themselves.

Sources: Kubernetes v1.36 `pkg/apis/core/validation/validation.go` (`ValidateSecret`), `config.go` and
`secrets/secrets.go` of `pkg/credentialprovider`; Go's `encoding/base64` and `encoding/json`.
"""

from __future__ import annotations

import json
import re
from enum import StrEnum
from math import isinf
from typing import TYPE_CHECKING, Any, NoReturn

from imagelint.kubelet.keyring import Keyring, without_user
from imagelint.text.go_base64 import decode_base64
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# The key that each type needs. Every other type is a Secret that the kubelet skips.
DOCKER_KEYS = {
    "kubernetes.io/dockerconfigjson": ".dockerconfigjson",
    "kubernetes.io/dockercfg": ".dockercfg",
}
MAX_BYTES = 1024 * 1024
# For each type, sets of keys of which it needs one whole set.
_REQUIRED_KEYS = {
    "kubernetes.io/basic-auth": ({"username"}, {"password"}),
    "kubernetes.io/ssh-auth": ({"ssh-privatekey"},),
    "kubernetes.io/tls": ({"tls.crt", "tls.key"},),
}
_DATA_KEY = r"(?!\.\.)(?!\.\Z)[-._a-zA-Z0-9]{1,253}"
_NO_COLON = "unable to parse auth field, must be formatted as base64(username:password)"
# User names that come with a token which a registry gives out for some hours.
_TOKEN_HOURS = {"AWS": 12, "oauth2accesstoken": 1, "00000000-0000-0000-0000-000000000000": 3}
_FILLER = r"(?i)pass(?:word|wd)?|secret|token|changeme|example|dummy|fake|test|x+|\*+|\.+|<.*>|your[-_ ].*"


class Verdict(StrEnum):
    """What becomes of a Secret that is named as a pull secret."""

    VALID = "valid"
    # Accepted and read, but without a user name for any registry.
    NO_CREDENTIALS = "no-credentials"
    # Of a type that the kubelet silently ignores.
    IGNORED = "ignored"
    # Accepted, but no image of a pod that names it can be pulled.
    BROKEN = "broken"
    # Refused by the API server.
    INVALID = "invalid"


class AuthEntry(NamedTuple):
    """The credentials for one key, without the credentials."""

    key: str
    has_username: bool
    has_password: bool
    # How long the registry honours a token of this kind, None for a password without a known end.
    token_hours: int | None
    # The password is not an example.
    looks_real: bool


class DockerConfig(NamedTuple):
    """What a Secret holds for pulls. `reason` is a clause for people; neither it nor anything else quotes content."""

    verdict: Verdict
    reason: str
    entries: tuple[AuthEntry, ...] = ()
    # The type whose layout the content has, if that is not its own.
    meant_type: str | None = None
    # There is no content, or an object without any field.
    is_empty: bool = False

    @property
    def is_broken(self) -> bool:
        """Whether no image of a pod that names the Secret can be pulled."""
        return self.verdict is Verdict.BROKEN

    @property
    def keys(self) -> Iterator[tuple[str, bool]]:
        """The keys, each with whether it gives a pull a user name; with the others it is anonymous."""
        return ((entry.key, entry.has_username) for entry in self.entries)

    def serves(self, name: str) -> bool:
        """Whether this Secret alone gives a user name to a pull of registry and repository `name`."""
        return bool(Keyring([(self.keys, self)]).apart(name))


class InvalidSecretError(ValueError):
    """The API server refuses the Secret."""


class _BrokenError(ValueError):
    """The kubelet cannot decode the Secret; the text is its own."""


class _MismatchError(_BrokenError):
    """A value has another JSON type than its field. Go goes on, and reports it if nothing worse follows."""


class _Object(list[tuple[str, Any]]):
    """A JSON object as pairs, as Go reads it: names may repeat, and differ in case."""


def judge(type_: str | None, data: Mapping[str, bytes]) -> DockerConfig:
    """What the API server and the kubelet make of a Secret with this type and decoded data."""
    key = DOCKER_KEYS.get(type_ or "")
    try:
        check_data(data)
        _check_required(type_, data)
        if key is None:
            return DockerConfig(Verdict.IGNORED, f"its type is `{type_ or 'Opaque'}`")
        content = _checked_json(key, data)
    except InvalidSecretError as error:
        return DockerConfig(Verdict.INVALID, str(error), is_empty=not any(map(bytes.strip, data.values())))
    try:
        entries = tuple(_entries(key, content).values())
    except _BrokenError as error:
        return DockerConfig(Verdict.BROKEN, str(error))
    if any(entry.has_username for entry in entries):
        return DockerConfig(Verdict.VALID, "it contains credentials", entries)
    why = _why_nothing(key, content, entries)
    return DockerConfig(Verdict.NO_CREDENTIALS, why, entries, _meant_type(key, content), is_empty=content == [])


def check_data(data: Mapping[str, bytes]) -> None:
    """Raise InvalidSecretError for keys or a size that no Secret may have."""
    for key in data:
        if not re.fullmatch(_DATA_KEY, key, re.ASCII):
            raise InvalidSecretError(
                "a key of its data contains characters other than letters, digits, `-`, `_` and `.`"
            )
    if sum(map(len, data.values())) > MAX_BYTES:
        raise InvalidSecretError("its data is larger than 1 MiB")


def _check_required(type_: str | None, data: Mapping[str, bytes]) -> None:
    present = {key for key, value in data.items() if value or key != "ssh-privatekey"}
    alternatives = _REQUIRED_KEYS.get(type_ or "", ())
    if alternatives and not any(keys <= present for keys in alternatives):
        keys = " or ".join(f"`{key}`" for keys in alternatives for key in sorted(keys))
        raise InvalidSecretError(f"its data has no key {keys}, which its type requires")


def _checked_json(key: str, data: Mapping[str, bytes]) -> _Object | None:
    if key not in data:
        raise InvalidSecretError(f"its data has no key `{key}`, which its type requires")
    try:
        content = _load_json(data[key])
    except ValueError as error:
        raise InvalidSecretError(f"`{key}` is not JSON{_looks_like(data[key])}") from error
    except RecursionError as error:
        raise InvalidSecretError(f"`{key}` is nested too deeply") from error
    if content is not None and not isinstance(content, _Object):
        raise InvalidSecretError(f"`{key}` is JSON, but not an object")
    return content


def _load_json(raw: bytes) -> Any:  # noqa: ANN401 - any JSON value
    text = raw.decode("utf-8", "replace")
    return json.loads(
        text, object_pairs_hook=_Object, parse_int=_number, parse_float=_number, parse_constant=_refuse_constant
    )


def _number(digits: str) -> int:
    """Any number: none is used, but one beyond the range of a float is refused."""
    if isinf(float(digits)):
        raise ValueError("the number is too large")
    return 0


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _looks_like(raw: bytes) -> str:
    if not raw.strip():
        return ", it is empty"
    try:
        _load_json(decode_base64(raw.decode("ascii").strip()))
    except (ValueError, RecursionError):
        return ""
    return ": it is base64 of JSON, so it was encoded twice"


def _entries(key: str, content: _Object | None) -> dict[str, AuthEntry]:
    if content is None:
        return {}
    if key == ".dockercfg":
        return _auths(content)
    found: dict[str, AuthEntry] = {}
    mismatch: _BrokenError | None = None
    for name, value in content:
        try:
            if _folded(name) == "auths":
                pairs = _object(value, "auths")
                found = found | _auths(pairs) if value is not None else {}
            elif _folded(name) == "httpheaders":
                for _, header in _object(value, "HttpHeaders"):
                    _string(header, "HttpHeaders")
        except _MismatchError as error:
            mismatch = mismatch or error
    if mismatch is not None:
        raise mismatch
    return found


def _folded(name: str) -> str:
    """A name as Go compares it with that of a field; U+017F is an `s` there, and in `str.lower` it is not."""
    return name.replace("\u017f", "s").lower()


def _auths(auths: _Object) -> dict[str, AuthEntry]:
    return {key: _entry(key, value) for key, value in auths}


def _entry(key: str, value: object) -> AuthEntry:
    try:
        fields = _fields(value)
    except _MismatchError as error:  # here Go decodes no further
        raise _BrokenError(str(error)) from None
    username, password = fields["username"], fields["password"]
    if fields["auth"]:
        username, password = _split_auth(fields["auth"])
    hours = _TOKEN_HOURS.get(username) if password else None
    looks_real = len(password) >= 6 and not re.fullmatch(_FILLER, password)
    # Go reads half of a surrogate pair as U+FFFD, which no host name has: nothing is lost.
    shown = without_user(key.encode("utf-8", "replace").decode("utf-8"))
    return AuthEntry(shown, bool(username), bool(password), hours, looks_real)


def _fields(value: object) -> dict[str, str]:
    fields = {"username": "", "password": "", "email": "", "auth": ""}
    for name, text in _object(value, "auths"):
        if _folded(name) in fields and text is not None:
            fields[_folded(name)] = _string(text, "auths")
    return fields


def _split_auth(auth: str) -> tuple[str, str]:
    try:
        decoded = decode_base64(auth, padded=auth.strip().endswith("="))
    except ValueError as error:
        raise _BrokenError(str(error)) from None
    username, colon, password = decoded.partition(b":")
    if not colon:
        raise _BrokenError(_NO_COLON)
    return username.decode("utf-8", "replace"), password.decode("utf-8", "replace")


def _object(value: object, field: str) -> _Object:
    if value is None:
        return _Object()
    if not isinstance(value, _Object):
        raise _MismatchError(f"json: cannot unmarshal {_go_type(value)} into Go struct field DockerConfigJSON.{field}")
    return value


def _string(value: object, field: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _MismatchError(f"json: cannot unmarshal {_go_type(value)} into Go struct field DockerConfigJSON.{field}")
    return value


def _go_type(value: object) -> str:
    if isinstance(value, _Object):
        return "object"
    return {"bool": "bool", "int": "number", "str": "string", "list": "array"}[type(value).__name__]


def _why_nothing(key: str, content: _Object | None, entries: tuple[AuthEntry, ...]) -> str:
    fields = {_folded(name): value for name, value in content or ()}
    if {"credsstore", "credhelpers"} & fields.keys():
        return "it names a credential helper of the machine that it was copied from, which the kubelet does not use"
    if entries:
        return "no entry has a user name, so the pull is anonymous" + _hint(entries)
    if key == ".dockerconfigjson" and content:
        is_there = fields.get("auths") is not None
        return "its `auths` is empty" if is_there else "it has no `auths`, where the kubelet looks for credentials"
    return "its content is empty"


def _hint(entries: tuple[AuthEntry, ...]) -> str:
    return " (`auths` is nested twice, or of the other type)" if any(entry.key == "auths" for entry in entries) else ""


def _meant_type(key: str, content: _Object | None) -> str | None:
    for type_, other in DOCKER_KEYS.items():
        try:
            found = _entries(other, content) if other != key else {}
        except _BrokenError:
            continue
        if any(entry.has_username for entry in found.values()):
            return type_
    return None
