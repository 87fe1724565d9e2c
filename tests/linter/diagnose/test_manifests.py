"""What manifests add to a failure: the line, and where they prove or contradict what the cluster says."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import TYPE_CHECKING

import pytest

from imagelint.diagnose import diagnose
from imagelint.diagnose.answers import answers_of
from imagelint.diagnose.manifests import Manifests, joined
from imagelint.index.index import Index
from imagelint.world.knowledge.base import builtin
from imagelint.world.world import World
from support import TODAY, imagelint, judge, read_texts

if TYPE_CHECKING:
    from pathlib import Path

    from imagelint.diagnose.answers import Answer

IMAGE = "registry.example.com/team/web:1"
NONE_SENT = "failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized"
SENT = "failed to authorize: failed to fetch oauth token: unexpected status: 401 Unauthorized"
UNCLEAR = "unauthorized: authentication required"
SEVERAL = "[rpc error: code = Unknown desc = denied: denied, rpc error: code = Unknown desc = unauthorized: x]"


def answers(text: str, **files: str) -> list[Answer]:
    """The answers for a text, joined to manifests; `web_yaml` is the file `web.yaml`."""
    texts = {name.replace("_yaml", ".yaml").replace("__", "/"): content for name, content in files.items()}
    found = read_texts(texts)
    part = Manifests(Index(found.files), judge(found, World(today=TODAY)).findings, found.reported)
    failures, _ = diagnose([text.encode()])
    return [joined(answer, [part]) for answer in answers_of(failures, builtin())]


def failed(error: str, image: str = IMAGE, pod: str = "web-7c9d8f6b54-q2x8n") -> str:
    return f'NAMESPACE x\nshop   4s   Warning   Failed   pod/{pod}   Failed to pull image "{image}": {error}\n'


def workload(image: str = IMAGE, secret: str | None = None, name: str = "web", extra: str = "") -> str:
    pull_secrets = f"      imagePullSecrets: [{{name: {secret}}}]\n" if secret else ""
    return (
        f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}, namespace: shop}}\nspec:\n  template:\n    spec:\n"
        f"{pull_secrets}      containers:\n        - name: web\n          image: {image}\n{extra}"
    )


def secret(
    key: str, name: str = "regcred", namespace: str = "shop", type_: str = "dockerconfigjson", user: str = "bob"
) -> str:
    auth = b64encode(f"{user}:c4n4ry".encode()).decode()
    config = b64encode(json.dumps({"auths": {key: {"auth": auth}}}).encode()).decode()
    full = f"kubernetes.io/{type_}" if type_ != "Opaque" else type_
    return (
        f"apiVersion: v1\nkind: Secret\nmetadata:\n  name: {name}\n  namespace: {namespace}\n"
        f"type: {full}\ndata:\n  .dockerconfigjson: {config}\n"
    )


def place(answer: Answer) -> str:
    assert answer.place is not None
    return answer.place.text


def test_no_pull_secret_and_none_sent_is_proven() -> None:
    (one,) = answers(failed(NONE_SENT), web_yaml=workload())
    assert (one.confidence, place(one), one.contradiction) == ("proven", "web.yaml:9", None)
    assert "names a pull secret" in one.summary


def test_no_pull_secret_and_an_unclear_message_is_possible() -> None:
    (one,) = answers(failed(UNCLEAR), web_yaml=workload())
    assert (one.confidence, one.contradiction) == ("possible", None)


@pytest.mark.parametrize("error", [SENT, SEVERAL])
def test_no_pull_secret_but_one_was_sent_is_a_contradiction(error: str) -> None:
    (one,) = answers(failed(error), web_yaml=workload())
    assert one.confidence == "contradicted"
    assert "credential provider" in (one.contradiction or "")


def test_a_local_name_was_never_pushed() -> None:
    error = "pull access denied for shop-web, repository does not exist or may require 'docker login': denied"
    (one,) = answers(failed(error, "shop-web:1"), web_yaml=workload("shop-web:1"))
    assert "never pushed" in one.summary
    assert one.fix.startswith("web.yaml:9: write the registry in front of")


def test_a_near_miss_of_another_name_is_shown() -> None:
    image = "ghcr.io/onzu/docker-cloudflare:1"
    other = workload("ghcr.io/oznu/docker-cloudflare:1", name="other")
    (one,) = answers(failed(UNCLEAR, image), web_yaml=workload(image), other_yaml=other)
    assert "other.yaml:9 has `ghcr.io/oznu/docker-cloudflare:1`" in one.summary
    assert one.fix == f"web.yaml:9: write `ghcr.io/oznu/docker-cloudflare:1` for `{image}`"


def test_another_workload_pulls_from_there_with_a_secret() -> None:
    other = workload("registry.example.com/team/unlike:2", "regcred", name="other")
    (one,) = answers(failed(NONE_SENT), web_yaml=workload(), other_yaml=other, s_yaml=secret("registry.example.com"))
    assert "with the pull secret `regcred`" in one.summary
    assert one.fix == "web.yaml:9: add imagePullSecrets: [{name: regcred}] to this pod, too"


def test_a_secret_that_no_manifest_defines() -> None:
    (one,) = answers(failed(NONE_SENT), web_yaml=workload(secret="regcred"))
    assert (one.confidence, place(one)) == ("proven", "web.yaml:7")
    assert "No manifest defines the Secret `regcred`" in one.summary


def test_a_secret_that_no_manifest_defines_but_one_was_sent() -> None:
    (one,) = answers(failed(SENT), web_yaml=workload(secret="regcred"))
    assert (one.confidence, place(one)) == ("possible", "web.yaml:7")
    assert "do not show" in one.summary


def test_a_secret_of_another_namespace() -> None:
    (one,) = answers(
        failed(NONE_SENT), web_yaml=workload(secret="regcred"), s_yaml=secret("registry.example.com", namespace="other")
    )
    assert (one.confidence, place(one)) == ("proven", "web.yaml:7")
    assert "s.yaml:4 defines the Secret `regcred` in namespace `other`" in one.summary


KEYS = [
    ("https://index.docker.io/v1", "docker.io/acme/web:1", "index.docker.io"),
    ("registry.example.com:5000", IMAGE, "registry.example.com"),
    ("Registry.example.com", IMAGE, "registry.example.com"),
    ("*.registry.example.com", IMAGE, "registry.example.com"),
    ("ghcr.io", IMAGE, "registry.example.com"),
]


@pytest.mark.parametrize(("key", "image", "right"), KEYS)
def test_a_key_that_does_not_match(key: str, image: str, right: str) -> None:
    files = {"web_yaml": workload(image, "regcred"), "s_yaml": secret(key)}
    (one,) = answers(failed(NONE_SENT, image), **files)
    assert (one.confidence, place(one)) == ("proven", "s.yaml:8")
    assert right in one.fix
    (one,) = answers(failed(SENT, image), **files)
    assert one.confidence == "contradicted"
    assert "c4n4ry" not in str(one)


@pytest.mark.parametrize("wrong", [{"type_": "Opaque"}, {"user": ""}])
def test_a_secret_that_is_ignored(wrong: dict[str, str]) -> None:
    files = {"web_yaml": workload(secret="regcred"), "s_yaml": secret("registry.example.com", **wrong)}
    (one,) = answers(failed(NONE_SENT), **files)
    assert one.confidence == "proven"
    assert place(one).startswith("s.yaml:")
    (one,) = answers(failed(SENT), **files)
    assert one.confidence == "contradicted"


def test_a_secret_that_matches_but_none_was_sent_is_a_contradiction() -> None:
    (one,) = answers(failed(NONE_SENT), web_yaml=workload(secret="regcred"), s_yaml=secret("registry.example.com"))
    assert (one.confidence, place(one)) == ("contradicted", "s.yaml:4")
    assert "not applied" in (one.contradiction or "")


def test_a_secret_that_matches_and_was_sent_has_a_wrong_password() -> None:
    files = {"web_yaml": workload(secret="regcred"), "s_yaml": secret("registry.example.com")}
    (one,) = answers(failed(SENT), **files)
    assert (one.confidence, one.contradiction) == ("proven", None)
    assert "password is wrong or expired" in one.summary
    (one,) = answers(failed(UNCLEAR), **files)
    assert one.confidence == "possible"


def test_a_cloud_registry_without_a_secret_needs_rights_of_the_node() -> None:
    image = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:1"
    (one,) = answers(failed("no basic auth credentials", image), web_yaml=workload(image))
    assert "AmazonEC2ContainerRegistryPullOnly" in one.fix


MISSING = (
    "NAMESPACE x\nshop   4s   Warning   FailedToRetrieveImagePullSecret   pod/web-7c9d8f6b54-q2x8n   "
    "Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.\n"
)


def test_a_missing_secret_is_proven_or_contradicted() -> None:
    (one,) = answers(MISSING, web_yaml=workload(secret="regcred"))
    assert (one.confidence, place(one)) == ("proven", "web.yaml:7")
    (one,) = answers(MISSING, web_yaml=workload(secret="regcred"), s_yaml=secret("registry.example.com"))
    assert (one.confidence, place(one)) == ("contradicted", "s.yaml:4")
    (one,) = answers(MISSING, web_yaml=workload())
    assert one.confidence == "contradicted"


@pytest.mark.parametrize(
    ("error", "image", "extra", "where", "expected"),
    [
        ("manifest for acme/web:latest not found: manifest unknown", "acme/web", "", "web.yaml:9", "has no tag"),
        ("dial tcp: lookup reg.shop.svc: no such host", "reg.shop.svc/web:1", "", "web.yaml:9", "DNS of the cluster"),
        ("dial tcp: lookup ghrc.io: no such host", "ghrc.io/acme/web:1", "", "web.yaml:9", ""),
        ("dial tcp [::1]:5000: connect: connection refused", "localhost:5000/web:1", "", "web.yaml:9", "node itself"),
    ],
)
def test_causes_that_the_image_proves(error: str, image: str, extra: str, where: str, expected: str) -> None:
    (one,) = answers(failed(error, image), web_yaml=workload(image, extra=extra))
    assert (one.confidence, place(one)) == ("proven", where)
    assert expected in one.summary


def test_a_policy_of_never_is_the_line() -> None:
    text = 'shop   4s   Warning   ErrImageNeverPull   pod/web-1   Container image "a/b:1" is not present with pull policy of Never\n'
    manifest = workload("a/b:1", extra="          imagePullPolicy: Never\n")
    (one,) = answers(text, web_yaml=manifest)
    assert (one.confidence, place(one)) == ("proven", "web.yaml:10")


def test_an_invalid_name_has_its_repair() -> None:
    text = 'shop   4s   Warning   InspectFailed   pod/web-1   Failed to apply default image tag "https://ghcr.io/a/b:1": couldn\'t parse image reference "https://ghcr.io/a/b:1": invalid reference format\n'
    (one,) = answers(text, web_yaml=workload("https://ghcr.io/a/b:1"))
    assert (one.confidence, one.fix) == ("proven", "web.yaml:9: write `ghcr.io/a/b:1`")


def test_another_tag_of_the_repository_is_pinned_elsewhere() -> None:
    other = workload("registry.example.com/team/web:2", name="other")
    (one,) = answers(failed("manifest unknown"), web_yaml=workload(), other_yaml=other)
    assert (one.confidence, place(one)) == ("proven", "web.yaml:9")
    assert "other.yaml:9 pins `registry.example.com/team/web:2`" in one.summary


def test_a_status_alone_leads_to_the_findings_of_the_workload() -> None:
    text = "NAMESPACE   NAME   READY   STATUS   RESTARTS   AGE\nshop   web-7c9d8f6b54-q2x8n   0/1   ErrImagePull   0   5m\n"
    (one,) = answers(text, web_yaml=workload("a/b:1", secret="undefined"))
    assert one.confidence == "possible"
    assert "pull-secret-undefined" in one.summary


def test_an_image_that_a_webhook_rewrites() -> None:
    text = failed("manifest unknown", "mirror.example.net/docker/team/web:1").replace(
        "Failed to", "spec.containers{web}: Failed to"
    )
    (one,) = answers(text, web_yaml=workload())
    assert one.confidence == "possible"
    assert "rewritten between file and cluster" in (one.contradiction or "")


def test_an_image_that_is_not_applied() -> None:
    text = failed("manifest unknown", "registry.example.com/team/web:0.9").replace(
        "Failed to", "spec.containers{web}: Failed to"
    )
    (one,) = answers(text, web_yaml=workload())
    assert one.confidence == "contradicted"
    assert "not applied" in (one.contradiction or "")


def test_another_namespace_is_another_workload() -> None:
    (one,) = answers(failed(NONE_SENT), web_yaml=workload().replace("namespace: shop", "namespace: prod"))
    assert (one.confidence, one.place) == (None, None)


def test_the_line_of_a_new_tag(tmp_path: Path) -> None:
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy/web.yaml").write_text(workload(), encoding="utf-8")
    (tmp_path / "deploy/kustomization.yaml").write_text(
        "resources: [web.yaml]\nimages:\n  - name: registry.example.com/team/web\n    newTag: '7'\n", encoding="utf-8"
    )
    text = failed("manifest unknown", "registry.example.com/team/web:7")
    done = imagelint("diagnose", "-", "--manifests=deploy", "--format=json", cwd=tmp_path, text=text)
    (failure,) = json.loads(done.stdout)["failures"]
    assert failure["place"] == {"path": "deploy/kustomization.yaml", "line": 4}
    assert failure["confidence"] == "proven"
    assert done.returncode == 1


def test_manifests_that_are_not_there_are_wrong_usage(tmp_path: Path) -> None:
    for path in ("missing", "-"):
        done = imagelint("diagnose", "-", "--manifests", path, cwd=tmp_path, text="")
        assert done.returncode == 2
