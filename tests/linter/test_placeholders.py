"""What was left to be replaced, told from what only looks like it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagelint.placeholders import find_placeholder


@pytest.mark.parametrize(
    ("image", "placeholder"),
    [
        ("app:{{ .Values.tag }}", "{{ .Values.tag }}"),
        ("{{ include", "{{"),
        ("app:${TAG:-latest}", "${TAG:-latest}"),
        ("app:$(TAG)", "$(TAG)"),
        ("$IMAGE", "$IMAGE"),
        ("<your-registry>/app:1", "<your-registry>"),
        ("registry/app:<tag>", "<tag>"),
        ("{registry}/app", "{registry}"),
        ("[[image]]", "[[image]]"),
        ("%IMAGE%", "%IMAGE%"),
        ("@IMAGE@:1", "@IMAGE@"),
        ("__IMAGE__", "__IMAGE__"),
        ("CHANGEME", "CHANGEME"),
        ("quay.io/acme/app:CHANGE_ME", "CHANGE_ME"),
        ("REPLACE_IMAGE", "REPLACE_IMAGE"),
        ("YOUR_REGISTRY/app", "YOUR_REGISTRY"),
        ("gcr.io/PROJECT_ID/app:1", "PROJECT_ID"),
        ("ko://example.com/cmd/app", "ko://example.com/cmd/app"),
        ("app:<no value>", None),
        ("<nil>", None),
        ("nginx:1.29", None),
        ("quay.io/acme/app:RELEASE.2024-01-01", None),
        ("app:V1_2", None),
        ("app:v1_29_BETA", None),
        ("quay.io/acme/todo-app:1", None),
        ("ACME/app", None),
        ("app@sha256:abc", None),
        ("", None),
    ],
)
def test_placeholder(image: str, placeholder: str | None) -> None:
    assert find_placeholder(image) == placeholder


@given(st.text(alphabet="${}[]<>%@_ABCtodo:/ -", max_size=80))
def test_what_is_found_stands_in_the_image(image: str) -> None:
    found = find_placeholder(image)
    assert found is None or found in image
