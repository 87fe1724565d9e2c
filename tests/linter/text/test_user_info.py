"""User information is found in front of a host, and nothing that a digest or a tag brings counts as such."""

from __future__ import annotations

import pytest

from imagelint.kubelet.reference import InvalidReferenceError, parse_reference
from imagelint.text.user_info import mask_user_info, without_user_info

SHA = "sha256:" + "0" * 64


@pytest.mark.parametrize(
    ("image", "shown"),
    [
        ("https://bob:PW@host/a:1", "https://•••@host/a:1"),
        ("bob:PW@host/a:1", "•••@host/a:1"),
        ("oci://u:p@h", "oci://•••@h"),
        ("https:bob:PW@host/a", "•••@host/a"),
        ("//bob:PW@host/a", "//•••@host/a"),
        ("token@ghcr.io/acme/a:1", "•••@ghcr.io/acme/a:1"),
        ("https://token@host/a", "https://•••@host/a"),
        ("bob:p@ss/w@host/a:1", "•••@host/a:1"),
        ("https://bob:p/w@host/a", "https://•••@host/a"),
        ("bob:1234@host:5000/a", "•••@host:5000/a"),
        (f"https://bob:PW@host/a@{SHA}", f"https://•••@host/a@{SHA}"),
    ],
)
def test_user_information_is_masked(image: str, shown: str) -> None:
    assert without_user_info(image) == shown
    assert without_user_info(shown) == shown
    assert mask_user_info(f"image `{image}` does not parse") == f"image `{shown}` does not parse"


@pytest.mark.parametrize(
    "image",
    [
        *("nginx", "nginx@latest", "nginx:1@sha256", "host:5000/a@latest", "https://host/a@latest", "repo/a:1@x"),
        *(f"nginx@{SHA}", f"nginx:1@{SHA}", f"https://host/a@{SHA}", "host:5000/a@sha256:abc", "a@sha256:b@sha256:c"),
    ],
)
def test_nothing_else_is_masked(image: str) -> None:
    assert without_user_info(image) == image


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("see https://a.example/b and me@example.org", None),
        ("app@1.0/deploy.yaml:3:4: error", None),
        ("{image: 'https://bob:PW@h/a', x: 1}", "{image: 'https://•••@h/a', x: 1}"),
        ("[a,https://u:p@h/x]", "[a,https://•••@h/x]"),
        ("`https://bob:my PW@h/a`", "`https://•••@h/a`"),
    ],
)
def test_sentences_and_lines(text: str, shown: str | None) -> None:
    assert mask_user_info(text) == (text if shown is None else shown)


@pytest.mark.parametrize(
    ("image", "repair"),
    [
        ("https://bob:PW@quay.io/a/b:1", "quay.io/a/b:1"),
        ("bob:PW@quay.io/a/b:1", "quay.io/a/b:1"),
        ("bob:PW@host/a:1", None),
        ("oci://u:PW@h", None),
        ("bob:my PW@host.example/a", "host.example/a"),
        ('bob:P"PW@host.example/a', "host.example/a"),
    ],
)
def test_the_reason_quotes_no_password(image: str, repair: str | None) -> None:
    with pytest.raises(InvalidReferenceError) as caught:
        parse_reference(image)
    assert (caught.value.kind, caught.value.repair) == ("user-info", repair)
    assert "PW" not in caught.value.reason
