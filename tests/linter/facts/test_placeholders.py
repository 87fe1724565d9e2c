"""What was left to be replaced, and what only looks like it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagelint.kubelet.placeholders import find_placeholder, is_filled_in, part_of_placeholder
from imagelint.text.trace import Part


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
        ("gcr.io/[PROJECT_ID]/app:1", "[PROJECT_ID]"),
        ("[your-registry]/app", "[your-registry]"),
        ("%IMAGE%", "%IMAGE%"),
        ("@IMAGE@:1", "@IMAGE@"),
        ("acme/app:@project.version@", "@project.version@"),
        ("$[app.image]", "$[app.image]"),
        ("acme/$[name]:1", "$[name]"),
        ("acme@app@sha256:abc", None),
        ("##IMAGE##", "##IMAGE##"),
        ("quay.io/acme/app:#TAG#", "#TAG#"),
        ("app:#{Build.BuildId}#", "#{Build.BuildId}#"),
        ("app:#{Octopus.Release.Number}", "#{Octopus.Release.Number}"),
        ("__IMAGE__", "__IMAGE__"),
        ("((image))", "((image))"),
        ("quay.io/acme/app:((tag))", "((tag))"),
        ("IMAGE", "IMAGE"),
        ("APP_IMAGE", "APP_IMAGE"),
        ("NAME OF THE IMAGE", "NAME OF THE IMAGE"),
        ("set me", "set me"),
        ("The image is set later", "The image is set later"),
        ("nginx latest", None),
        ("ngi nx:1", None),
        ("NGINX", None),
        ("CHANGEME", "CHANGEME"),
        ("quay.io/acme/app:CHANGE_ME", "CHANGE_ME"),
        ("REPLACE_IMAGE", "REPLACE_IMAGE"),
        ("YOUR_REGISTRY/app", "YOUR_REGISTRY"),
        ("gcr.io/PROJECT_ID/app:1", "PROJECT_ID"),
        ("gcr.io/PROJECT-ID/app:1", "PROJECT-ID"),
        ("ghcr.io/OWNER/app:1", "OWNER"),
        ("ghcr.io/acme/app:TAG", "TAG"),
        ("your-registry.azurecr.io/app:1", "your-registry"),
        ("your_dockerhub_username/app:1", "your_dockerhub_username"),
        ("yourusername/app:1", "yourusername"),
        ("ghcr.io/acme/your-app-name:1", "your-app-name"),
        ("username/app:1", "username"),
        ("placeholder", "placeholder"),
        ("placeholder:latest", "placeholder"),
        ("nvmesh-mcs:placeholder", "placeholder"),
        ("ghcr.io/acme/app:changeme", "changeme"),
        ("ghcr.io/acme/app:replace-me", "replace-me"),
        ("change-me", "change-me"),
        ("app:to-be-defined", "to-be-defined"),
        ("acme/app:todo", "todo"),
        ("app:xxx", "xxx"),
        ("xxx", "xxx"),
        ("placeholder:1.0", None),
        ("acme/placeholder:1.0", None),
        ("acme/app-placeholder:latest", None),
        ("acme/app:placeholder-1.2", None),
        ("todo:1.0", None),
        ("todo", None),
        ("placeholder:5000/app:1", None),
        ("xxx/app:1", None),
        ("acme/app:1.xxx", None),
        ("xxxxxxxxxxxx.dkr.ecr.us-east-1.amazonaws.com/app:1", "xxxxxxxxxxxx"),
        ("aws_account_id.dkr.ecr.us-east-1.amazonaws.com/app:1", "aws_account_id"),
        ("acme.dkr.ecr.us-east-1.amazonaws.com/app:1", "acme"),
        ("123456789012.dkr.ecr.region.amazonaws.com/app:1", "region"),
        ("[2001:db8::1]:5000/app:1", None),
        ("app:<no value>", None),
        ("<nil>", None),
        ("nginx:1.29", None),
        ("quay.io/acme/app:RELEASE.2024-01-01", None),
        ("app:V1_2", None),
        ("app:v1_29_BETA", None),
        ("quay.io/acme/todo-app:1", None),
        ("ACME/app", None),
        ("ghcr.io/NVIDIA/app:1", None),
        ("lscr.io/linuxserver/your_spotify:1", None),
        ("yourls:1.9", None),
        ("acme/username-service:1", None),
        ("123456789012.dkr.ecr.us-gov-west-1.amazonaws.com/app:1", None),
        ("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/app:1", None),
        ("app@sha256:abc", None),
        ("", None),
    ],
)
def test_placeholder(image: str, placeholder: str | None) -> None:
    assert find_placeholder(image) == placeholder


@pytest.mark.parametrize(
    ("image", "is_filled"),
    [
        ("FILLED BY THE OPERATOR", True),
        ("FILLED_BY_OPERATOR", True),
        ("filled in by the controller", True),
        ("to be replaced by kustomize", True),
        ("WILL_BE_SET_BY_CODE", True),
        ("injected-by-webhook", True),
        ("WILL BE OVERWRITTEN", True),
        ("must be set before the deployment", True),
        ("to be", False),
        ("filled", False),
        ("quay.io/acme/set-by-app:1", False),
        ("acme/replaced by", False),
        ("", False),
    ],
)
def test_what_a_program_fills_in(image: str, is_filled: bool) -> None:
    assert is_filled_in(image) == is_filled


@given(st.text(alphabet="${}[]<>%@_ABCtodo:/ -", max_size=80))
def test_what_is_found_is_part_of_the_image(image: str) -> None:
    found = find_placeholder(image)
    assert found is None or found in image


@pytest.mark.parametrize(
    ("image", "part"),
    [
        ("app:${TAG:-latest}", Part.TAG),
        ("localhost:5000/app:{{ .Values.tag }}", Part.TAG),
        ("ghcr.io/acme/app:v1-${BUILD}", Part.TAG),
        ("ghcr.io/acme/app@${DIGEST}", Part.DIGEST),
        ("app:1.2@sha256:<digest>", Part.DIGEST),
        ("<your-registry>/app:1.2", Part.HOST),
        ("${REGISTRY}:5000/app", Part.HOST),
        ("localhost:${PORT}/app", Part.HOST),
        ("ghcr.io/your-org/app", Part.NAME),
        ("${IMAGE}", Part.NAME),
    ],
)
def test_the_part_of_an_image_that_a_placeholder_is_in(image: str, part: Part) -> None:
    placeholder = find_placeholder(image)
    assert placeholder is not None
    assert part_of_placeholder(image, placeholder) is part
