"""References are accepted, split and refused as by distribution/reference v0.6.0, which the kubelet calls."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagelint.kubelet.reference import ImageReference, InvalidReferenceError, doubled_registry, parse_reference
from shared import needs_shared, vectors

HEX = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
DIGEST = f"sha256:{HEX}"
HUB = "docker.io"
VECTORS = vectors("reference")
KINDS = {
    "at-for-colon",
    "backslash",
    "bad-digest",
    "bad-tag",
    "colon-for-at",
    "control",
    "doubled-registry",
    "empty",
    "empty-component",
    "empty-tag",
    "grammar",
    "host",
    "image-id",
    "list",
    "map",
    "nil",
    "non-ascii",
    "plus-in-tag",
    "port",
    "query",
    "quotes",
    "scheme",
    "tag-after-digest",
    "tag-too-long",
    "too-long",
    "two-tags",
    "uppercase",
    "user-info",
    "web-page",
    "whitespace",
}
PLAUSIBLE = "aZ09./:@-_[]+ \n%$<>{}\"',?\\\u200b\u212a\ud800"


def fields(reference: ImageReference) -> dict[str, str | None]:
    return {
        "registry": reference.registry or None,
        "repository": reference.repository,
        "tag": reference.tag,
        "digest": reference.digest,
        "normalized": reference.normalized,
        "effective_tag": reference.effective_tag,
        "runtime_ref": reference.runtime_ref,
    }


def outcome(text: str) -> ImageReference | InvalidReferenceError:
    try:
        return parse_reference(text)
    except InvalidReferenceError as error:
        return error


def refused(text: str) -> InvalidReferenceError:
    with pytest.raises(InvalidReferenceError) as caught:
        parse_reference(text)
    return caught.value


def shown(text: object) -> str:
    return ascii(text)[:60]


@needs_shared
@pytest.mark.parametrize("case", VECTORS, ids=lambda case: shown(case["image"]))
def test_vectors(case: dict[str, Any]) -> None:
    if not case["valid"]:
        refused(case["image"])
        return
    found = fields(parse_reference(case["image"]))
    assert found == {name: case.get(name, value) for name, value in found.items()}


@pytest.mark.parametrize(
    ("text", "registry", "repository", "tag", "digest"),
    [
        ("nginx", HUB, "library/nginx", None, None),
        ("nginx:Latest", HUB, "library/nginx", "Latest", None),
        ("acme/app:1", HUB, "acme/app", "1", None),
        ("docker.io/nginx", HUB, "library/nginx", None, None),
        ("index.docker.io/nginx:1", HUB, "library/nginx", "1", None),
        ("registry-1.docker.io/nginx", "registry-1.docker.io", "nginx", None, None),
        ("localhost", HUB, "library/localhost", None, None),
        ("localhost:5000", HUB, "library/localhost", "5000", None),
        ("localhost/app", "localhost", "app", None, None),
        ("quay.io", HUB, "library/quay.io", None, None),
        ("GHCR.IO/acme/app", "GHCR.IO", "acme/app", None, None),
        ("ACME/app", "ACME", "app", None, None),
        ("host:99999/app:1", "host:99999", "app", "1", None),
        ("[fc00::1]:5000/app:1", "[fc00::1]:5000", "app", "1", None),
        ("[::1]/app", "[::1]", "app", None, None),
        ("registry_1.example.com/app", "", "registry_1.example.com/app", None, None),
        (DIGEST, HUB, "library/sha256", HEX, None),
        (f"{HEX}:1", HUB, f"library/{HEX}", "1", None),
        (f"quay.io/app@{DIGEST}", "quay.io", "app", None, DIGEST),
        (f"quay.io/app:1@{DIGEST}", "quay.io", "app", "1", DIGEST),
        (f"app@sha384:{'a' * 96}", HUB, "library/app", None, f"sha384:{'a' * 96}"),
        (f"app@sha512:{'a' * 128}", HUB, "library/app", None, f"sha512:{'a' * 128}"),
        ("a_b__c-d---e.f", HUB, "library/a_b__c-d---e.f", None, None),
        ("a" * 247, HUB, f"library/{'a' * 247}", None, None),
        (f"quay.io/{'a' * 255}", "quay.io", "a" * 255, None, None),
        (f"app:{'t' * 128}", HUB, "library/app", "t" * 128, None),
        ("app:_", HUB, "library/app", "_", None),
        ("app:1e-07", HUB, "library/app", "1e-07", None),
        ("0/0:0", HUB, "0/0", "0", None),
    ],
    ids=shown,
)
def test_valid(text: str, registry: str, repository: str, tag: str | None, digest: str | None) -> None:
    found = parse_reference(text)
    assert (found.registry or "", found.repository, found.tag, found.digest) == (
        registry,
        repository,
        tag,
        digest,
    )


@pytest.mark.parametrize(
    ("text", "kind", "reason", "repair"),
    [
        ("", "empty", "empty", None),
        ("a" * 248, "too-long", "256 characters", None),
        (f"quay.io/{'a' * 256}", "too-long", "256 characters", None),
        ("x" * 5000, "too-long", "5,000", None),
        (" nginx", "whitespace", "white space", "nginx"),
        ("nginx:1\n", "whitespace", "white space", "nginx:1"),
        ("nginx latest", "whitespace", "` `", None),
        ("quay.io/acme/app: 1.0", "whitespace", "` `", "quay.io/acme/app:1.0"),
        ("nginx :\t1.27 alpine", "whitespace", "` `", None),
        ("https://ghcr.io/acme/app:1", "scheme", "`https://`", "ghcr.io/acme/app:1"),
        ("http://nginx", "scheme", "`http://`", "nginx"),
        ("oci://ghcr.io/acme/app", "scheme", "`oci://`", "ghcr.io/acme/app"),
        ("docker://nginx:1", "scheme", "`docker://`", "nginx:1"),
        ("https://ghcr.io/Acme/app", "scheme", "`https://`", "ghcr.io/acme/app"),
        ("HTTPS://ghcr.io//Acme/app:1", "scheme", "`HTTPS://`", "ghcr.io/acme/app:1"),
        ("https://ghcr.io/Acme/app: 1", "whitespace", "` `", "ghcr.io/acme/app:1"),
        ("https://ghcr.io/Acme/$APP", "scheme", "`https://`", None),
        ("http://" * 9 + "nginx", "scheme", "`http://`", None),
        ("<nil>:1", "nil", "`<nil>`", None),
        ("nginx:<no value>", "nil", "`<no value>`", None),
        ("None:None", "nil", "`None`", None),
        ('"nginx:1"', "quotes", "quotes", "nginx:1"),
        ("'nginx'", "quotes", "quotes", "nginx"),
        ("\u00f1ginx", "non-ascii", "U+00F1", None),
        ("nginx\u200b", "non-ascii", r"`\u200b`", None),
        ("app:\u0663", "non-ascii", "U+0663", None),
        ("nginx:1,nginx:2", "list", "several", None),
        ("nginx?tag=1", "query", "`?`", None),
        ("quay.io/app\\1", "backslash", "contains `\\`", None),
        (HEX, "image-id", "image ID", None),
        ("/app:1", "empty-component", "starts with `/`", None),
        ("quay.io/", "empty-component", "ends with `/`", None),
        ("quay.io//acme///app:1", "empty-component", "`//`", "quay.io/acme/app:1"),
        ("hub.docker.com/_/nginx:1", "web-page", "page of Docker Hub", "nginx:1"),
        ("https://hub.docker.com/r/acme/app", "web-page", "page of Docker Hub", "acme/app"),
        ("app@latest", "at-for-colon", "`latest`", "app:latest"),
        ("app:1@latest", "at-for-colon", "`latest`", None),
        ("app@", "bad-digest", "no value", None),
        ("app@sha256", "bad-digest", "no value", None),
        ("app@md5:" + "a" * 32, "bad-digest", "`md5`", None),
        (f"app@{HEX}", "bad-digest", "`sha256:`", f"app@{DIGEST}"),
        (f"app@{DIGEST}0", "bad-digest", "has 65", None),
        (f"app@sha256:{'g' * 64}", "bad-digest", "not hexadecimal", None),
        (f"app@{DIGEST}@{DIGEST}", "bad-digest", "two digests", None),
        (f"app:1@sha256:{HEX.upper()}", "bad-digest", "upper-case", f"app:1@{DIGEST}"),
        (f"app@SHA256:{HEX}", "bad-digest", "`SHA256`", f"app@{DIGEST}"),
        (f"app@{DIGEST}:1.0", "tag-after-digest", "the tag follows the digest", f"app:1.0@{DIGEST}"),
        ("quay.io:http/app", "port", "`http`", None),
        ("quay.io:/app", "port", "empty", "quay.io/app"),
        ("docker.io/a.io:5000/app:1", "doubled-registry", "`a.io:5000`", "a.io:5000/app:1"),
        ("[fc00::1]:x/app", "port", "`x`", None),
        ("app:1\x07", "control", "U+0007", None),
        ("fc00::1:5000/app", "port", "`:1:5000`", None),
        ("nginx:v1/x", "port", "`v1`", None),
        ("a.io:5000/a.io:5000/app:1", "doubled-registry", "`a.io:5000`", "a.io:5000/app:1"),
        ("-quay.io/app", "host", "`-quay.io`", None),
        ("dock..er/app", "host", "`dock..er`", None),
        ("registry_1:5000/app", "host", "`registry_1:5000`", None),
        ("[fe80::1%eth0]:5000/app", "host", "IPv6", None),
        ("app:", "empty-tag", "empty", None),
        ("app:1:2", "two-tags", "`1:2`", None),
        (f"app:{DIGEST}", "colon-for-at", "must follow `@`", f"app@{DIGEST}"),
        ("quay.io/acme/app:v1:v1", "two-tags", "`v1:v1`", "quay.io/acme/app:v1"),
        ("app::1", "two-tags", "`:1`", "app:1"),
        (f"app:@{DIGEST}", "empty-tag", "empty", f"app@{DIGEST}"),
        ("ghcr.io/acme/app:feature/x", "bad-tag", "`feature-x`", None),
        ("gcr.io/acme.com:project/app:1", "grammar", "`acme.com/…`", "gcr.io/acme.com/project/app:1"),
        ("map[repository:acme/app tag:1]", "map", "mapping", None),
        ("app:.x", "bad-tag", "`.x`", None),
        (f"app:{'t' * 129}", "tag-too-long", "129 characters", None),
        ("app:1e+07", "plus-in-tag", "probably `10000000`", None),
        ("app:2.0190612073634e+13", "plus-in-tag", "probably `20190612073634`", None),
        ("app:1.0.0+b5", "plus-in-tag", "`1.0.0-b5`", None),
        ("ROOT", "uppercase", "`ROOT`", "root"),
        ("ghcr.io/MyOrg/app:RC1", "uppercase", "`MyOrg/app`", "ghcr.io/myorg/app:RC1"),
        ("Foo.COM/Bar:V1", "uppercase", "`Bar`", "Foo.COM/bar:V1"),
        ("$IMAGE", "uppercase", "`$IMAGE`", None),
        ("ghcr.io/Org/${APP}:1", "uppercase", "upper-case", None),
        ("a___b", "grammar", "`a___b`", None),
        ("a.-b:1", "grammar", "`a.-b`", None),
        ("quay.io/-app", "grammar", "`-app`", None),
        (":tag", "grammar", "missing", None),
    ],
    ids=shown,
)
def test_invalid(text: str, kind: str, reason: str, repair: str | None) -> None:
    error = refused(text)
    assert (error.kind, error.repair) == (kind, repair)
    assert reason in error.reason
    assert str(error) == error.reason


@pytest.mark.parametrize(
    "text",
    # host as scheme, host made a user of Docker Hub, two registries, an inner quote
    ["ghcr.io://acme/app", "host:/app", "a.io:1/b.io:2/app", "it's/app"],
    ids=shown,
)
def test_a_guess_is_not_a_repair(text: str) -> None:
    assert refused(text).repair is None


@pytest.mark.parametrize(
    "text",
    [f"{'a' * 3000}://x", f"app:1.{'0' * 3000}e+07", f"app:%!s({'x' * 3000})", "app:%!s(\x1b[31m)"],
    ids=shown,
)
def test_reasons_are_short_and_printable_however_hostile_the_text(text: str) -> None:
    error = refused(text)
    assert len(error.reason) < 300
    assert error.reason.isprintable()


def test_effective_tag_and_runtime_reference() -> None:
    both = parse_reference(f"quay.io/app:1@{DIGEST}")
    assert (both.effective_tag, both.runtime_ref) == ("1", f"quay.io/app@{DIGEST}")
    assert parse_reference("app").runtime_ref == "docker.io/library/app:latest"
    assert parse_reference(f"app@{DIGEST}").effective_tag is None


def test_short_names() -> None:
    assert all(parse_reference(text).is_short for text in ("app", "acme/app:1", "quay.io"))
    assert not any(parse_reference(text).is_short for text in ("docker.io/app", "localhost/app"))


@pytest.mark.parametrize(
    ("text", "inner"),
    [
        ("docker.io/quay.io/acme/app:1", "quay.io"),
        ("index.docker.io/quay.io/acme/app", "quay.io"),
        ("quay.io/quay.io/app", "quay.io"),
        ("ghcr.io/docker.io/library/nginx", "docker.io"),
        ("gcr.io/quay.io/acme/app", "quay.io"),
        ("gcr.io/acme.com/project/app", None),  # a project of a domain
        ("reg.example.com/acme/reg.example.com/acme/app", "reg.example.com"),
        ("reg.example.com/acme/reg.example.com", None),
        ("mirror.example.com/docker.io/library/nginx", None),
        ("docker.io/unknown.example/app", "unknown.example"),
        ("quay.io/unknown.example/app", None),
        ("docker.io/acme/quay.io", None),
        ("nginx", None),
        ("docker.io/localhost/app", "localhost"),
    ],
)
def test_doubled_registry(text: str, inner: str | None) -> None:
    assert doubled_registry(parse_reference(text), {"quay.io", "docker.io"}) == inner


def joined(pattern: str) -> st.SearchStrategy[str]:
    return st.from_regex(rf"\A(?:{pattern})\Z")


COMPONENT = joined(r"[a-z0-9]{1,5}(?:(?:\.|__?|-{1,3})[a-z0-9]{1,4}){0,2}")
HOST = joined(r"(?:[a-zA-Z0-9]{1,5}(?:\.[a-z0-9]{1,4}){1,2}|\[[0-9a-f]{0,4}::[0-9a-f]{1,4}\])(?::[0-9]{1,5})?")
TAG = joined(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")


@given(HOST, st.lists(COMPONENT, min_size=2, max_size=4), st.none() | TAG, st.none() | st.just(DIGEST))
def test_valid_references_round_trip(host: str, path: list[str], tag: str | None, digest: str | None) -> None:
    name = "/".join(path)
    written = f"{host}/{name}{f':{tag}' if tag else ''}{f'@{digest}' if digest else ''}"
    assert parse_reference(written) == ImageReference(host, name, tag, digest, is_short=False)
    refused(f"{written}\n")


PIECES = st.sampled_from([HEX, DIGEST, "@", ":", "/", "a"])
ANY_TEXT = st.text() | st.text(PLAUSIBLE) | st.lists(PIECES).map("".join)


@given(ANY_TEXT)
def test_any_text_is_a_fixed_point_or_is_refused_with_a_reason(text: str) -> None:
    found = outcome(text)
    if isinstance(found, ImageReference):
        tag, digest = f":{found.tag}" if found.tag else "", f"@{found.digest}" if found.digest else ""
        assert fields(parse_reference(f"{found.normalized}{tag}{digest}")) == fields(found)
        return
    assert found.kind in KINDS
    assert found.reason.isprintable()
    assert found.reason.strip(". ") == found.reason
    assert found.repair is None or parse_reference(found.repair)


@given(ANY_TEXT)
def test_a_trailing_newline_is_never_accepted(text: str) -> None:
    refused(f"{text}\n")


@pytest.mark.parametrize(
    "unit", ["a", "a-", "a.", "a_", "a/", "A", ":", "@", "[", "-", "+", "'", " ", "a:", "%!s(", "://"]
)
@pytest.mark.parametrize("size", [4_000, 1_000_000])
@pytest.mark.parametrize("end", ["", "!", "/!", "@"])
def test_hostile_texts_are_refused(unit: str, size: int, end: str) -> None:
    refused(f"{unit * (size // len(unit))}{end}")
