"""Pods in the texts of a ConfigMap are judged like pods, at their place, with confidence likely at most."""

from __future__ import annotations

import json
from textwrap import dedent, indent

import pytest

from support import found, index_of, lint

HEAD = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: templates, namespace: storage}\ndata:\n"


def config_map(entries: str) -> str:
    """A ConfigMap with these entries, which begin in column 3."""
    return HEAD + indent(dedent(entries), "  ")


POD = config_map("""\
    pod.yaml: |
      apiVersion: v1
      kind: Pod
      metadata: {name: satellite}
      spec:
        initContainers:
          - name: guard
            image: shutdown-guard
""")
INJECTOR = config_map("""\
      config: |-
        policy: enabled
        templates:
          sidecar: |
            spec:
              {{- if .Values.enabled }}
              containers:
              - name: proxy
                image: "{{ .ProxyImage }}"
              - name: agent
                image: k8s.gcr.io/agent:v1.0
              {{- end }}
""")
JENKINS = config_map("""\
      jcasc.yaml: |
        jenkins:
          clouds:
            - kubernetes:
                templates:
                  - containers:
                      - {name: jnlp, image: "bitnami/jenkins-agent:0.1"}
""")
RUNNER = config_map("""\
      config.toml: |
        [[runners]]
          name = "k8s"
          [runners.kubernetes]
            image = "bitnami/git:2.40"
            helper_image = "registry.gitlab.com/gitlab-org/gitlab-runner/gitlab-runner-helper:x86_64-v17.0.0"
""")
QUOTED = json.dumps(
    {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "airflow"},
        "data": {"pod_template_file.yaml": "spec:\n  containers:\n    - {name: base, image: 'bitnami/airflow:2.8'}\n"},
    }
)
NO_PODS = config_map("""\
      values: |
        image: {repository: bitnami/redis, tag: "7"}
      broken.yaml: |
        containers: [{image: "bitnami/redis:7"
      words: "containers: none, image: none"
    policy.yaml: |
      apiVersion: kyverno.io/v1
      kind: ClusterPolicy
      spec: {rules: [{validate: {pattern: {spec: {containers: [{name: "*", image: "!*:latest"}]}}}}]}
    injected.yaml: |
      spec:
        containers: [{name: istio-proxy, image: auto}, {name: filled, image: SET BY OPERATOR}]
""")


KATIB = config_map("""\
    katib-config.yaml: |
      apiVersion: config.kubeflow.org/v1beta1
      kind: KatibConfig
      runtime:
        suggestions:
          - algorithmName: random
            image: bitnami/suggestion:0.1
""")
IN_JSON = json.dumps(
    {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "chaos"},
        "data": {
            "experiment.json": json.dumps(
                {
                    "apiVersion": "litmuschaos.io/v1alpha1",
                    "kind": "ChaosExperiment",
                    "spec": {"definition": {"image": "bitnami/chaos:0.1"}},
                }
            ),
            "source.json": json.dumps(
                {
                    "apiVersion": "image.toolkit.fluxcd.io/v1",
                    "kind": "ImageRepository",
                    "spec": {"image": "bitnami/watched"},
                }
            ),
        },
    }
)


def test_objects_of_known_kinds_in_texts() -> None:
    assert images(KATIB) == [("bitnami/suggestion:0.1", 11, 18)]
    assert [image for image, _, _ in images(IN_JSON)] == ["bitnami/chaos:0.1"]
    assert [one.confidence for one in lint(KATIB)] == ["likely"]


def images(text: str) -> list[tuple[str, int, int]]:
    return [(use.effective, use.span.line, use.span.column) for use in index_of(text).images]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (INJECTOR, [("k8s.gcr.io/agent:v1.0", 15, 20)]),
        (JENKINS, [("bitnami/jenkins-agent:0.1", 11, 41)]),
        (
            RUNNER,
            [
                ("bitnami/git:2.40", 9, 18),
                ("registry.gitlab.com/gitlab-org/gitlab-runner/gitlab-runner-helper:x86_64-v17.0.0", 10, 25),
            ],
        ),
        (NO_PODS, []),
    ],
)
def test_images_in_texts(text: str, expected: list[tuple[str, int, int]]) -> None:
    assert images(text) == expected
    for image, line, column in expected:
        assert text.splitlines()[line - 1][column - 1 :].strip('"').startswith(image)


def test_a_quoted_text_is_the_place_of_its_images() -> None:
    ((image, line, column),) = images(QUOTED)
    assert (image, line) == ("bitnami/airflow:2.8", 1)
    assert QUOTED[column - 1 :].startswith('"spec:')


def test_a_pod_in_a_text_is_judged_like_one() -> None:
    findings = lint(POD)
    assert found(findings) == [("dead-image", 12)]
    assert {(finding.confidence, finding.subject.container) for finding in findings} == {("likely", "guard")}


def test_a_policy_that_no_pod_may_have() -> None:
    policy = POD.replace("image: shutdown-guard", "image: quay.io/acme/a:1\n          imagePullPolicy: Sometimes")
    (finding,) = lint(policy)
    assert (finding.rule, finding.place.span.line, finding.confidence) == ("invalid-pull-policy", 13, "likely")
    assert str(finding.prediction) == "pod is not created"


def test_an_error_stays_one_without_being_certain() -> None:
    (finding,) = lint(JENKINS)
    assert (finding.rule, finding.severity, finding.confidence, finding.fix) == ("dead-image", "error", "likely", None)


@pytest.mark.parametrize(
    ("entry", "rules"),
    [
        ('queue-sidecar-image: "bitnami/queue:1"', [("dead-image", 5)]),
        ('queue-sidecar-images: "bitnami/queue:1"', []),
        ('queue-sidecar-image: "queue:1"', []),
        ('queue-sidecar-image: "docker.io/bitnami/queue:1"', [("dead-image", 5)]),
        ("docker_image: k8s.gcr.io/pause:3.9", [("deprecated-registry", 5)]),
        ("all.images: docker.io/bitnami/queue:1", [("dead-image", 5)]),
        ("text: docker.io/bitnami/queue:1", []),
    ],
)
def test_entries_that_are_images(entry: str, rules: list[tuple[str, int]]) -> None:
    assert found(lint(f"{HEAD}  {entry}\n")) == rules


def test_several_documents_in_one_text() -> None:
    documents = "a: 1\n---\nspec:\n  containers: [{name: a, image: 'quay.io/acme/a:1'}]\n"
    text = HEAD + "  all.yaml: |\n" + "".join(f"    {line}\n" for line in documents.splitlines())
    assert images(text) == [("quay.io/acme/a:1", 9, 37)]


@pytest.mark.parametrize("is_json", [True, False])
def test_a_list_of_objects_in_a_text(is_json: bool) -> None:
    spec = {"containers": [{"name": "a", "image": "quay.io/acme/a:1"}]}
    pods = [{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": spec}]
    text = json.dumps(pods) if is_json else f"- {json.dumps(pods[0])}\n"
    assert [image for image, _, _ in images(f"{HEAD}  pods: {json.dumps(text)}\n")] == ["quay.io/acme/a:1"]


def test_a_deep_or_hostile_text_costs_little() -> None:
    bomb = "containers: [{image: a}]\nx: " + "[" * 5000
    assert images(HEAD + f"  x: {json.dumps(bomb)}\n") == []
