"""Docker configs as JSON text: of either layout, with odd names, types, encodings and syntax."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from conformity.json_values import is_array
from conformity.texts import mutated

if TYPE_CHECKING:
    from collections.abc import Iterable
    from random import Random

# The key that each type of Secret keeps its config under.
TYPES = {"kubernetes.io/dockerconfigjson": ".dockerconfigjson", "kubernetes.io/dockercfg": ".dockercfg"}
_AUTHS = (
    *(b"user:pass", b"user:", b":pass", b"user", b"", b":", b"u:p:q", b"user:p\xc3\xa9", b"\xff:\xff", b"user:pass\n"),
    *(b"user:passw", b"user:passwo", b"AWS:x", b"\xc3:p"),
)
_FIELDS = {
    "auths": (*("auths",) * 12, "Auths", "AUTHS", "auth\u017f", "auth", " auths", "credHelpers", "credsStore"),
    "username": (*("username",) * 12, "Username", "USERNAME", "u\u017fername", "user", "userName"),
    "password": (*("password",) * 12, "Password", "pa\u017f\u017fword", "pass"),
    "auth": (*("auth",) * 12, "Auth", "AUTH", "auths", "auth "),
    "email": ("email", "Email", "EMA\u0130L", "identitytoken", "registrytoken"),
}


class Pairs(list[tuple[str, Any]]):
    """A JSON object whose names may repeat."""


class Raw(str):
    """JSON, or what looks like it, as it is written."""

    __slots__ = ()


ODD_VALUES: tuple[Any, ...] = (
    *(None, 1, 1.5, True, [], Pairs(), "", "x", [Pairs()], Raw("1e400"), Raw("NaN"), Raw("-0"), Raw('"\\ud800"')),
    *(Raw("01"), Raw("'x'"), Raw('"\\x"'), Raw('"\t"'), Raw("nul")),
)
_ODD_NAMES = ("credsStore", "HttpHeaders", "httpHeaders", "auths", "Auths", "credHelpers", "x")
_ODD_MEMBERS: tuple[Any, ...] = (*ODD_VALUES, Pairs([("User-Agent", "x")]), Pairs([("a", 1)]))


def random_config(random: Random, type_: str, keys: Iterable[str]) -> str:
    """A docker config of a type of Secret with entries for these keys."""
    auths = Pairs((key, _entry(random)) for key in keys)
    if random.random() < 0.05 and auths:
        auths.append((auths[0][0], _entry(random)))
    is_flat = type_ == "kubernetes.io/dockercfg" and random.random() < 0.95
    config: Any = auths if is_flat else _around(random, auths)
    if random.random() < 0.03:
        config = random.choice(ODD_VALUES)
    return _with_odd_syntax(random, _dumps(random, config))


def _around(random: Random, auths: Pairs) -> Pairs:
    config = Pairs([(random.choice(_FIELDS["auths"]), auths)])
    if random.random() < 0.15:
        config.append((random.choice(_ODD_NAMES), random.choice(_ODD_MEMBERS)))
    if random.random() < 0.05:
        again = Pairs((key, _entry(random)) for key, _ in auths[:1])
        config.append((random.choice(_FIELDS["auths"]), again))
    return config


def _entry(random: Random) -> Any:  # noqa: ANN401 - anything that JSON can hold
    if random.random() < 0.03:
        return random.choice(ODD_VALUES)
    entry = Pairs()
    if random.random() < 0.35:
        entry.append((random.choice(_FIELDS["username"]), random.choice(("user", "user", "", "AWS", "_json_key"))))
        entry.append((random.choice(_FIELDS["password"]), random.choice(("pass", "pass", "", "p"))))
    if random.random() < 0.7:
        entry.append((random.choice(_FIELDS["auth"]), _auth(random)))
    if random.random() < 0.2:
        entry.append((random.choice(_FIELDS["email"]), random.choice(("a@b", "", None))))
    if random.random() < 0.06:
        entry.append((random.choice(("username", "password", "email", "auth", "x", "Auth")), random.choice(ODD_VALUES)))
    if random.random() < 0.1 and entry:
        entry.append(random.choice(entry))
    random.shuffle(entry)
    return entry


def _auth(random: Random) -> str:
    text = base64.b64encode(random.choice(_AUTHS)).decode()
    at = random.randint(0, len(text))
    edits = (
        lambda: text.rstrip("="),
        lambda: text + random.choice(("=", "==", "\n", "\r\n", " ", "\t", "\n=", "= ", "\u00a0", "\u2028")),
        lambda: random.choice(("\n", " ", "\r", "=")) + text,
        lambda: text[:at] + random.choice(("\n", "\r\n", " ", "-", "_", "=", "!", "é", "\x00", "\t")) + text[at:],
        lambda: base64.urlsafe_b64encode(b"user:\xff\xfe\xfb\xef").decode(),
        lambda: mutated(random, text, "=\n\r -_+/AZaz09é!"),
        lambda: text.rstrip("=")[:-1] + random.choice("BQgw/") + "=" * text.count("="),
        lambda: base64.b64encode(text.encode()).decode(),
    )
    return random.choice(edits)() if random.random() < 0.5 else text


def _dumps(random: Random, value: Any) -> str:  # noqa: ANN401 - anything that JSON can hold
    if isinstance(value, Raw):
        return value
    if isinstance(value, Pairs):
        members = (f"{_quoted(random, name)}:{_dumps(random, part)}" for name, part in value)
        return "{" + ",".join(members) + "}"
    if is_array(value):
        return "[" + ",".join(_dumps(random, part) for part in value) + "]"
    return _quoted(random, value)


def _quoted(random: Random, value: Any) -> str:  # noqa: ANN401 - any scalar
    return json.dumps(value, ensure_ascii=random.random() < 0.5)


def _with_odd_syntax(random: Random, text: str) -> str:
    if random.random() < 0.04:
        text = mutated(random, text, '{}[]:,"\\ \t\n\x0b\x00\ufeffe0tfn')
    if random.random() < 0.03:
        text = random.choice(("\ufeff", " ", "\n", "\u00a0", "\x0c")) + text
    if random.random() < 0.03:
        text += random.choice((" ", "\n", "x", "{}", "\x00", ","))
    return text
