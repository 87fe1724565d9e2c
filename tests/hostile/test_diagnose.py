"""Pasted texts may be huge, broken and full of secrets: what is printed is bounded, clean, and never a traceback."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnose_forms import CASES, FORMS, described, pod_object, to_yaml
from imagelint.commands.diagnose import read_text
from imagelint.diagnose import diagnose
from imagelint.diagnose.answers import answers_of
from imagelint.diagnose.clean import clean_error, clean_image
from imagelint.diagnose.decode import decode, plain_lines
from imagelint.diagnose.diagnosis_report import FORMATS as RENDERERS
from imagelint.diagnose.diagnosis_report import DiagnosisReport, render
from imagelint.world.knowledge.base import builtin

CANARY = "c4n4ry-Secret"
# Ten times the text may take this many times the steps, in calls and lines of Python.
MOST_GROWTH = 13


def printed(*texts: bytes) -> str:
    """Everything that is printed of some texts, in all formats."""
    failures, hints = diagnose(texts)
    report = DiagnosisReport(answers_of(failures, builtin()), hints)
    return "".join(piece for format_ in RENDERERS for piece in render(report, format_))


def with_secrets(text: str) -> str:
    """The text between things that people paste along with it."""
    return (
        f"export PASSWORD={CANARY}\n{text}\nDB_PASSWORD={CANARY}\ntoken: {CANARY}\n"
        f'{{"auths": {{"a": {{"auth": "{CANARY}"}}}}}}\n  - name: X\n    value: {CANARY}\n'
    )


@pytest.mark.parametrize("name", FORMS)
def test_nothing_but_the_fields_is_printed(name: str) -> None:
    for case in CASES[:6]:
        text = FORMS[name].render(case)
        surrounded = with_secrets(text).encode() if isinstance(text, str) else text
        output = printed(surrounded)
        assert CANARY not in output
        assert "canary" not in output


def test_objects_are_printed_by_their_fields() -> None:
    pod = pod_object(CASES[0], f"{CASES[0].back_off}: ErrImagePull: {CASES[0].error}")
    pod["metadata"]["annotations"] = {"a": CANARY, "kubectl.kubernetes.io/last-applied-configuration": CANARY}
    pod["spec"]["containers"][1] |= {"env": [{"name": "T", "value": CANARY}], "args": [CANARY], "command": [CANARY]}
    pod["status"]["message"] = CANARY
    secret = {"kind": "Secret", "metadata": {"name": "a"}, "data": {"p": CANARY}, "stringData": {"q": CANARY}}
    for text in (json.dumps(pod), to_yaml(pod), json.dumps({"kind": "List", "items": [secret, pod]})):
        output = printed(text.encode())
        assert CASES[0].pod in output
        assert CANARY not in output


@pytest.mark.parametrize(
    "error",
    [
        f'Get "https://bob:{CANARY}@registry.example.com/v2/": denied: denied',
        f'Get "https://s3.example.com/layer?X-Amz-Signature={CANARY}&X-Amz-Credential=x": 403 Forbidden',
        f"unexpected status from GET request to https://r.example.com/token?sig={CANARY}#x: 401 Unauthorized",
        f"denied: Authorization: Bearer {CANARY}.x1",
        f"denied: authorization: Basic {CANARY}9A==",
        f"denied: password={CANARY}",
        f'denied: {{"password": "{CANARY}"}}',
        f"denied: DOCKER_TOKEN={CANARY}",
        f'denied: {{"auth":"{CANARY}"}}',
        f"denied: ghp_{CANARY.replace('-', '')}0123456789",
        f"denied: eyJhbGciOiJI.{CANARY}.abc",
        f"denied for bob:{CANARY}@registry.example.com",
        f"denied: X-Registry-Auth: {CANARY}",
    ],
)
def test_errors_are_printed_without_what_is_secret(error: str) -> None:
    output = printed(f'3s  Warning  Failed  pod/web-1  Failed to pull image "a/b:1": {error}\n'.encode())
    assert "web-1" in output
    assert CANARY not in output
    assert CANARY.replace("-", "") not in output


@pytest.mark.parametrize(
    "image", [f"bob:{CANARY}@registry.example.com/a:1", f"https://bob:{CANARY}@registry.example.com/a:1"]
)
def test_images_are_printed_without_user_information(image: str) -> None:
    output = printed(f'3s  Warning  Failed  pod/web-1  Failed to pull image "{image}": denied: denied\n'.encode())
    assert CANARY not in output
    assert clean_image("registry.example.com/a@sha256:00") == "registry.example.com/a@sha256:00"


def test_an_ordinary_error_is_printed_as_it_is() -> None:
    for case in CASES:
        if "?" not in case.error:
            assert clean_error(case.error) == case.error


def test_what_a_terminal_or_a_log_acts_on_is_escaped() -> None:
    name = 'Failed to pull image "a\u202eb/\x1b[31m:1": ::error::x ##vso[task.x] denied \x07'
    output = printed(
        json.dumps(
            {"involvedObject": {"kind": "Pod", "name": "w\x1b[0m"}, "reason": "Failed", "message": name}
        ).encode()
    )
    assert "\x1b" not in output
    assert "\u202e" not in output
    assert "\x07" not in output
    assert not any(line.startswith(("::error::x", "##vso", "##[")) for line in output.splitlines())


BROKEN = {
    "nothing": b"",
    "binary": bytes(range(256)) * 400,
    "half a character": described(CASES[0]).encode("utf-16-le")[:-1],
    "half a UTF-16 text": b"\xff\xfe" + described(CASES[0]).encode("utf-16-le")[: 2 * 900 + 1],
    "a mark alone": b"\xff\xfe",
    "NUL": b"\0" * 10_000,
    "deep JSON": b"[" * 200_000,
    "deep objects": b'{"a":' * 100_000,
    "deep YAML": b"kind: Pod\nmetadata: " + b"[" * 100_000,
    "deep maps": b"kind: Pod\nstatus: " + b"{a: " * 50_000,
    "aliases": b"kind: Pod\nx: &a [1,1,1,1,1,1,1,1,1]\n"
    + b"".join(b"y%d: &b%d [*a,*a,*a]\n" % (n, n) for n in range(500)),
    "numbers": b'{"kind": "Pod", "metadata": {"name": 1}, "status": {"containerStatuses": [{"state": {"waiting": 1}}, 2, null]}}',
    "long number": b'{"items": [' + b"9" * 100_000 + b"]}",
    "lone surrogate": b'{"kind":"Event","involvedObject":{"kind":"Pod","name":"\\ud800"},"reason":"Failed","message":"Failed to pull image \\"\\ud800\\": denied"}',
    "wrong times": b'{"involvedObject":{"kind":"Pod","name":"a"},"reason":"Failed","lastTimestamp":"99999-01-01T00:00:00Z","message":"Failed to pull image \\"a\\": denied"}',
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_input_ends_well(name: str) -> None:
    assert isinstance(printed(BROKEN[name]), str)


def test_half_a_text_is_read_as_far_as_it_goes() -> None:
    whole = described(CASES[0]).encode("utf-16-le")
    at = whole.index("Error: ErrImagePull".encode("utf-16-le"))
    failures, _ = diagnose([b"\xff\xfe" + whole[: at + 1]])
    assert [(one.pod, one.diagnosis.cause) for one in failures] == [(CASES[0].pod, "denied")]


GROWING = {
    "events of one pod": '4s   Warning   Failed   pod/web-1   Failed to pull image "a/b:1": denied: denied\n',
    "events of many pods": '4s   Warning   Failed   pod/web-%x   Failed to pull image "a/b:1": denied: denied\n',
    "images of one pod": '4s   Warning   Failed   pod/web   Failed to pull image "a/b:%": denied\n4s   Warning   Failed   pod/web   Error: ErrImagePull\n',
    "pods": "web-%x   0/1   ImagePullBackOff   0   5m\n",
    "blocks": "Name: web-%x\nNamespace: a\nContainers:\n  a:\n    Image: b\n    State: Waiting\n      Reason: ErrImagePull\n",
    "containers": "  a%:\n    Image: b\n    State: Waiting\n      Reason: ErrImagePull\n",
    "documents": "kind: Pod\nstatus:\n  containerStatuses:\n  - {name: a%, image: b, state: {waiting: {reason: ErrImagePull}}}\n---\n",
    "objects": '{"kind": "Pod", "status": {"containerStatuses": [{"name": "a%", "image": "b", "state": {"waiting": {"reason": "ErrImagePull"}}}]}}\n',
    "journal": 'E1123 09:14:02.512402    1123 a.go:55] "Failed to pull image" err="not found %" image="a/b:%"\n',
    "open blocks": 'E1123 09:14:02.512345 1123 a.go:1] "x" err=<\n',
    "open braces": '{"a": [\n',
    "continuations": 'Failed to pull image "a":\nx\n',
    "lines": "a\n",
    "reasons": "ImagePullBackOff\n",
    "one line": "Failed to create pod sandbox failed pulling image ",
    "container dumps": "Container{Name:a,Image:b,",
    "quotes": 'Failed to pull image "',
    "boxes": "│ ",
    "escapes": "\x1b]",
    "hints": 'admission webhook "',
}


def steps(text: str) -> int:
    """How many lines of Python a diagnosis takes; a clock would measure the machine."""
    count = 0

    def trace(frame: object, event: str, argument: object) -> object:
        nonlocal count
        del frame, event, argument
        count += 1
        return trace

    sys.settrace(trace)  # type: ignore[arg-type] # the frame is not looked at
    try:
        diagnose([text.encode()])
    finally:
        sys.settrace(None)
    return count


@pytest.mark.parametrize("name", GROWING)
def test_steps_grow_with_the_text(name: str) -> None:
    diagnose([GROWING[name].encode()])  # what is loaded once is not counted
    piece = "".join(GROWING[name].replace("%", str(number)) for number in range(10))
    large = "".join(GROWING[name].replace("%", str(number)) for number in range(100))
    assert steps(large) < MOST_GROWTH * steps(piece)


@pytest.mark.parametrize("name", GROWING)
def test_a_megabyte_of_anything_ends(name: str) -> None:
    piece = "".join(GROWING[name].replace("%", str(number)) for number in range(100))
    assert isinstance(printed((piece * (300_000 // len(piece) + 1)).encode()), str)


def test_ten_megabytes_of_a_log() -> None:
    line = (
        b'Nov 23 09:14:02 w kubelet[1]: I1123 09:14:02.512345    1123 prober.go:107] "Probe failed" pod="shop/web-1"\n'
    )
    failed = b'Nov 23 09:14:02 w kubelet[1]: E1123 09:14:02.512345    1123 a.go:55] "Failed to pull image" err="not found" image="a/b:1"\n'
    failures, _ = diagnose([line * 50_000 + failed + line * 50_000])
    assert [one.image for one in failures] == ["a/b:1"]


PIECES = st.sampled_from(
    [
        *(piece for piece in GROWING.values()),
        'Back-off pulling image "a/b:1": ErrImagePull: ',
        "Warning  Failed  4s  kubelet  ",
        "$ kubectl -n shop get pods\n",
        "NS\nshop\n",
        "P\n",
        "[rpc error: code = Unknown desc = a, rpc error: code = NotFound desc = b]",
        "apiVersion: v1\n",
        "message: 'a\n",
        "\x1b[0m",
        "\t",
        "> ",
        "\r",
        "\n\n",
        "illegal base64 data at input byte 4",
    ]
)


@given(st.lists(PIECES | st.text(max_size=30), max_size=12).map("".join))
@settings(max_examples=200, deadline=None)
def test_any_text(text: str) -> None:
    assert isinstance(printed(text.encode("utf-8", "surrogatepass")), str)


@given(st.binary(max_size=400))
@settings(max_examples=200, deadline=None)
def test_any_bytes(raw: bytes) -> None:
    assert isinstance(printed(raw), str)


@given(st.binary(max_size=400))
@settings(max_examples=200, deadline=None)
def test_lines_hold_no_controls(raw: bytes) -> None:
    assert not any(char in line for line in plain_lines(decode(raw)) for char in "\x00\x07\x1b\r\x7f\u202e")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="this system has no /dev/zero")
def test_a_file_without_end_is_read_to_the_bound() -> None:
    assert len(read_text("/dev/zero", most=1000)) == 1001
