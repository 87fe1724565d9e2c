"""Keys match images as in the kubelet's keyring, quirks included."""

from __future__ import annotations

import fnmatch
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagelint.kubelet.keyring import matching_keys, stored_key, without_user
from imagelint.kubelet.near_miss import near_miss
from imagelint.kubelet.reference import parse_reference
from shared import needs_shared, vectors


def lookup_name(image: str) -> str:
    return parse_reference(image).normalized


@needs_shared
@pytest.mark.parametrize("case", vectors("credential_match"), ids=lambda case: f"{case['auth_key']}-{case['image']}")
def test_match_vectors(case: dict[str, Any]) -> None:
    assert lookup_name(case["image"]) == case["lookup_name"]
    assert stored_key(case["auth_key"]) == case["stored_key"]
    assert bool(matching_keys([case["auth_key"]], case["lookup_name"])) is case["match"]


@needs_shared
@pytest.mark.parametrize("case", vectors("credential_order"), ids=lambda case: case["why"])
def test_order_vectors(case: dict[str, Any]) -> None:
    assert matching_keys(case["auth_keys"], lookup_name(case["image"])) == case["tried_in_order"]


@pytest.mark.parametrize(
    ("key", "image", "matches"),
    [
        ("https://index.docker.io/v1/", "nginx", True),
        ("https://index.docker.io/v1", "nginx", False),
        ("docker.io", "acme/app", True),
        ("registry.example.com", "registry.example.com:5000/app", False),
        ("*.example.com", "a.b.example.com/app", False),
        ("ghcr.io/acme", "ghcr.io/acme-labs/app", True),
        ("ghcr.io/acme/", "ghcr.io/acme-labs/app", False),
        ("b*l*.example.com", "build.example.com/app", True),
        ("bu[h-j]*.example.com", "build.example.com/app", False),
        ("[A::1]", "A/app", True),
        ("bu[^h-j]ld.example.com", "build.example.com/app", False),
        ("[a-f]uild.example.com", "build.example.com/app", False),
        ("[z-a].example.com", "z.example.com/app", False),
        ("[a.example.com", "a.example.com/app", False),
        ("a[]b.example.com", "ab.example.com/app", False),
        ("regis\\try.example.com", "registry.example.com/app", False),
        ("registry.example.com/%74eam/", "registry.example.com/team/app", True),
        ("registry.example.com/%zz", "registry.example.com/app", False),
        ("registry.example.com:port", "registry.example.com/app", False),
        ("registry.example.com:", "registry.example.com/app", True),
        ("registry.example.com:5000:5000", "registry.example.com:5000/app", False),
        ("%@ghcr.io", "ghcr.io/acme/app", False),
        ("%40@ghcr.io", "ghcr.io/acme/app", True),
        ("", "nginx", False),
    ],
)
def test_match(key: str, image: str, matches: bool) -> None:
    assert bool(matching_keys([key], lookup_name(image))) is matches


@pytest.mark.parametrize(
    ("key", "image", "reason", "repair"),
    [
        ("https://index.docker.io/v1", "nginx", "trailing slash", "https://index.docker.io/v1/"),
        ("index.docker.io/acme", "acme/app", "under `docker.io`", "docker.io/acme/"),
        ("registry-1.docker.io", "acme/app", "looked up under `docker.io`", "https://index.docker.io/v1/"),
        ("https://hub.docker.com/v2/", "acme/app", "looked up under `docker.io`", "https://index.docker.io/v1/"),
        ("docker.io/nginx", "nginx", "`library/`", "docker.io/library/nginx"),
        ("oci://ghcr.io", "ghcr.io/acme/app", "scheme `oci://`", "ghcr.io"),
        ("HTTPS://ghcr.io", "ghcr.io/acme/app", "scheme `HTTPS://`", "ghcr.io"),
        ("GHCR.io", "ghcr.io/acme/app", "case", "ghcr.io"),
        (" ghcr.io", "ghcr.io/acme/app", "white space", "ghcr.io"),
        ("registry.example.com", "registry.example.com:5000/app", "port", "registry.example.com:5000"),
        ("registry.example.com:443", "registry.example.com/app", "port", "registry.example.com"),
        ("https://ghcr.io/other", "ghcr.io/acme/app", "not a prefix", "ghcr.io"),
        ("ghcr.io/acme/*", "ghcr.io/acme/app", "globs", "ghcr.io"),
        ("ghcr.io/acme/app:1", "ghcr.io/acme/app:1", "tags", "ghcr.io/acme/app"),
    ],
)
def test_near_miss(key: str, image: str, reason: str, repair: str) -> None:
    name = lookup_name(image)
    assert not matching_keys([key], name)
    found = near_miss(key, name)
    assert found is not None
    assert reason in found[0]
    assert found[1] == repair
    assert matching_keys([repair], name)


@pytest.mark.parametrize("key", ["quay.io", "gitlab.com", "https://index.docker.io/v1/", "example.com"])
def test_another_registry_is_not_a_near_miss(key: str) -> None:
    assert near_miss(key, "ghcr.io/acme/app") is None


NAMES = st.from_regex(r"\A[a-z0-9]{1,6}(\.[a-z0-9]{1,4}){0,2}(:[0-9]{2,4})?(/[a-z0-9]{1,5}){1,3}\Z")
KEYS = st.text() | st.text("ab.*?[]^-\\/:%@#1 hts") | NAMES


@given(st.lists(KEYS, max_size=4), NAMES)
def test_any_key_is_judged(keys: list[str], name: str) -> None:
    found = matching_keys(keys, name)
    assert found == sorted(found, reverse=True)
    assert set(found) <= {stored_key(key) for key in keys}
    for key in keys:
        miss = near_miss(key, name)
        assert miss is None or matching_keys([key], name) or matching_keys([miss[1]], name)


@given(NAMES)
def test_a_registry_is_a_key_for_all_its_repositories(name: str) -> None:
    host = name.partition("/")[0]
    assert matching_keys([f"https://{host}/v2/", name], name) == [name, host]


@given(st.text("ab*", max_size=6), st.text("ab", min_size=1, max_size=6))
def test_globs_within_a_label(glob: str, label: str) -> None:
    assert bool(matching_keys([f"{glob}.io"], f"{label}.io/x")) is fnmatch.fnmatchcase(label, glob)


@given(st.text() | st.text("au:@/?# %h.tps", max_size=20))
def test_keys_are_shown_without_passwords_and_match_the_same(key: str) -> None:
    shown = without_user(key)
    assert stored_key(shown) == stored_key(key)
    assert without_user(shown) == shown


def test_passwords_in_keys_are_not_shown() -> None:
    assert without_user("https://user:p@ss@ghcr.io/x?token=1#y") == "https://ghcr.io/x"
    assert without_user("us er:pass@ghcr.io") == " @ghcr.io"
