"""Secrets are judged as the API server and the kubelet judge them, and give nothing away."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagelint.kubelet.docker_config import DOCKER_KEYS, Verdict, judge
from imagelint.text.go_base64 import decode_base64

JSON_TYPE = "kubernetes.io/dockerconfigjson"
USER, PASSWORD = "canary-user", "canary-password"
AUTH = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()


def judged(content: str | bytes, type_: str = JSON_TYPE) -> tuple[Verdict, str]:
    raw = content if isinstance(content, bytes) else content.encode()
    found = judge(type_, {DOCKER_KEYS[type_]: raw})
    return found.verdict, found.reason


@pytest.mark.parametrize(
    ("content", "verdict", "reason"),
    [
        (f'{{"auths": {{"ghcr.io": {{"auth": "{AUTH}"}}}}}}', "valid", "credentials"),
        (f'{{"AUTHS": {{"ghcr.io": {{"Auth": "{AUTH}"}}}}}}', "valid", "credentials"),
        (f'{{"auths": {{"ghcr.io": {{"username": "{USER}"}}}}}}', "valid", "credentials"),
        (f'{{"auths": {{"a": 1, "a": {{"auth": "{AUTH}"}}}}}}', "broken", "cannot unmarshal number"),
        ('{"auths": {"ghcr.io": {"auth": ""}}}', "no-credentials", "no entry has"),
        ('{"auths": {"ghcr.io": {"username": null}}}', "no-credentials", "no entry has"),
        ('{"auths": null}', "no-credentials", "no `auths`, "),
        ('{"credsStore": "desktop", "auths": {"ghcr.io": {}}}', "no-credentials", "credential helper"),
        ('{"auths": {"auths": {"ghcr.io": {}}}}', "no-credentials", "nested twice"),
        ("{}", "no-credentials", "its content is empty"),
        ("null", "no-credentials", "its content is empty"),
        ('{"auths": {}}', "no-credentials", "`auths` is empty"),
        ('{"auths": {"ghcr.io": {"auth": 1}}}', "broken", "cannot unmarshal number"),
        ('{"auths": {"ghcr.io": {"auth": "dXNlcg=="}}}', "broken", "must be formatted as base64(username:password)"),
        ('{"auths": []}', "broken", "cannot unmarshal array"),
        ('{"auths": {"ghcr.io": {"auth": ["x"]}}}', "broken", "cannot unmarshal array"),
        ('{"auths": {}, "HttpHeaders": {"X": true}}', "broken", "cannot unmarshal bool"),
        ("", "invalid", "it is empty"),
        ("[1]", "invalid", "not an object"),
        ("NaN", "invalid", "not JSON"),
        ("\ufeff{}", "invalid", "not JSON"),
        (b'{"auths": \xff}', "invalid", "not JSON"),
        ("e30=", "invalid", "encoded twice"),
        ("[" * 100_000, "invalid", "nested too deep"),
        ("{" + '"a": ' + "1" * 300 + "}", "no-credentials", "no `auths`"),
        ("{" + '"a": ' + "1" * 10_000 + "}", "invalid", "not JSON"),  # beyond the range of a float
        ('{"a": 1e400}', "invalid", "not JSON"),
        (f'{{"auth\u017f": {{"ghcr.io": {{"auth": "{AUTH}"}}}}}}', "valid", "credentials"),
        (f'{{"auths": {{"ghcr.io": {{"auth": "{AUTH}"}}}}, "auths": null}}', "no-credentials", "no `auths`"),
        ('{"HttpHeaders": 1, "auths": {"ghcr.io": {"auth": "dXNlcg=="}}}', "broken", "must be formatted"),
    ],
)
def test_verdicts(content: str | bytes, verdict: str, reason: str) -> None:
    found = judged(content)
    assert found[0] == verdict
    assert reason in found[1]


def test_content_of_the_other_type_is_recognized() -> None:
    flat = f'{{"ghcr.io": {{"auth": "{AUTH}"}}}}'
    nested = f'{{"auths": {flat}}}'
    assert judge(JSON_TYPE, {".dockerconfigjson": flat.encode()}).meant_type == "kubernetes.io/dockercfg"
    assert judge("kubernetes.io/dockercfg", {".dockercfg": nested.encode()}).meant_type == JSON_TYPE
    assert judge(JSON_TYPE, {".dockerconfigjson": nested.encode()}).meant_type is None
    assert judge(JSON_TYPE, {".dockerconfigjson": b'{"a": 1}'}).meant_type is None


def test_the_older_type_is_a_flat_map() -> None:
    flat = f'{{"ghcr.io": {{"auth": "{AUTH}"}}}}'
    assert judged(flat, "kubernetes.io/dockercfg")[0] == "valid"
    assert judged(f'{{"auths": {flat}}}', "kubernetes.io/dockercfg") == (
        Verdict.NO_CREDENTIALS,
        "no entry has a user name, so the pull is anonymous (`auths` is nested twice, or of the other type)",
    )


@pytest.mark.parametrize(
    ("type_", "data", "verdict"),
    [
        (None, {}, "ignored"),
        ("Opaque", {".dockerconfigjson": b"{}"}, "ignored"),
        ("kubernetes.io/DockerConfigJson", {".dockerconfigjson": b"{}"}, "ignored"),
        (JSON_TYPE, {"dockerconfigjson": b"{}"}, "invalid"),
        (JSON_TYPE, {".dockerconfigjson": b"{}", "a/b": b""}, "invalid"),
        ("Opaque", {"..x": b""}, "invalid"),
        ("Opaque", {"a": b"x" * (1024 * 1024 + 1)}, "invalid"),
    ],
)
def test_types_and_keys(type_: str | None, data: dict[str, bytes], verdict: str) -> None:
    assert judge(type_, data).verdict == verdict


@pytest.mark.parametrize(
    ("username", "password", "hours", "looks_real"),
    [
        ("AWS", "eyJwYXlsb2FkIjoi", 12, True),
        ("oauth2accesstoken", "ya29.a0Af", 1, True),
        ("00000000-0000-0000-0000-000000000000", "eyJhbGciOi", 3, True),
        ("00000000-0000-0000-0000-000000000000", "", None, False),
        ("robot$acme+ci", "x7Kq92Lm", None, True),
        ("user", "password", None, False),
        ("user", "<your-password>", None, False),
        ("user", "xxxxxxxxxx", None, False),
        ("user", "abc", None, False),
    ],
)
def test_what_is_known_of_an_entry(username: str, password: str, hours: int | None, looks_real: bool) -> None:
    content = json.dumps({"auths": {"ghcr.io": {"username": username, "password": password}}})
    (entry,) = judge(JSON_TYPE, {".dockerconfigjson": content.encode()}).entries
    assert (entry.has_username, entry.has_password) == (True, bool(password))
    assert (entry.token_hours, entry.looks_real) == (hours, looks_real)


@pytest.mark.parametrize(
    ("text", "byte"),
    [
        ("pants", 4),
        ("Zm9vOmJhcg== ", 12),
        ("dXP_OnD-_z8=", 3),
        ("%%%", 0),
        ("Zm9v=", 4),
        ("Zm9vYg=", 7),
        ("Zm9vYg=x", 6),
        ("Zm9vYmE=x", 8),
        ("Zm9vYg\n=\n", 9),
        ("Zg", 0),
    ],
)
def test_positions_of_bad_base64(text: str, byte: int) -> None:
    with pytest.raises(ValueError, match=f"^illegal base64 data at input byte {byte}$"):
        decode_base64(text)


@given(st.binary(), st.integers(0, 60))
def test_base64_round_trips_with_line_breaks_in_it(content: bytes, at: int) -> None:
    text = base64.b64encode(content).decode()
    broken = f"{text[:at]}\r\n{text[at:]}"
    assert decode_base64(broken) == content
    assert decode_base64(broken.replace("=", ""), padded=False) == content


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.just(AUTH),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["auths", "Auths", "auth", "username", "password", "a.io"]), inner)
    ),
)


@given(st.sampled_from([*DOCKER_KEYS, "Opaque", None]), JSON.map(json.dumps) | st.text() | st.just(f"x{AUTH}"))
def test_any_content_is_judged_without_quoting_it(type_: str | None, content: str) -> None:
    key = DOCKER_KEYS.get(type_ or "", ".dockerconfigjson")
    found = judge(type_, {key: content.encode("utf-8", "surrogatepass")})
    shown = repr(found)
    assert PASSWORD not in shown
    assert AUTH not in "".join(found.reason)
    assert (found.verdict is Verdict.VALID) == any(entry.has_username for entry in found.entries)
