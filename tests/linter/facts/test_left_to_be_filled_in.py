"""What the cluster, an operator or a template language fills in is not judged; what nothing fills in is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from manifests import docker_secret, pod, stream
from support import found, imagelint, index_of, lint

if TYPE_CHECKING:
    from pathlib import Path


def custom(api_version: str, kind: str, image: str) -> str:
    """A custom resource with a pod template of the usual shape."""
    template = {"spec": {"containers": [{"name": "main", "image": image}]}}
    return json.dumps(
        {"apiVersion": api_version, "kind": kind, "metadata": {"name": "x"}, "spec": {"template": template}}
    )


@pytest.mark.parametrize(
    ("api_version", "kind"),
    [
        ("ray.io/v1", "RayService"),
        ("ray.io/v1", "RayCluster"),
        ("kubeflow.org/v2beta1", "MPIJob"),
        ("jobset.x-k8s.io/v1alpha2", "JobSet"),
        ("argoproj.io/v1alpha1", "Rollout"),
        ("example.com/v1", "Unknown"),
    ],
)
@pytest.mark.parametrize("image", ["quay.io/acme/app:$VERSION", "${REGISTRY}/app:1.0", "quay.io/acme/app:$(TAG)"])
def test_a_variable_without_a_template_language_is_an_error(api_version: str, kind: str, image: str) -> None:
    assert "unrendered-template" in dict(found(lint(custom(api_version, kind, image))))


@pytest.mark.parametrize(
    ("api_version", "kind", "image"),
    [
        ("argoproj.io/v1alpha1", "Workflow", "quay.io/acme/app:{{inputs.parameters.tag}}"),
        ("argoproj.io/v1alpha1", "AnalysisTemplate", "quay.io/acme/app:{{args.tag}}"),
        ("tekton.dev/v1", "Task", "$(params.image)"),
        ("triggers.tekton.dev/v1beta1", "TriggerTemplate", "$(tt.params.image)"),
        ("kubeflow.org/v1beta1", "Experiment", "quay.io/acme/app:${trialParameters.tag}"),
        ("kro.run/v1alpha1", "ResourceGraphDefinition", "${schema.spec.image}"),
        ("example.com/v1", "Unknown", "quay.io/acme/app:{{ .tag }}"),
    ],
)
def test_a_kind_replaces_its_own_placeholders(api_version: str, kind: str, image: str) -> None:
    assert lint(custom(api_version, kind, image)) == []


def test_a_template_language_replaces_no_other_placeholders() -> None:
    findings = lint(custom("argoproj.io/v1alpha1", "Workflow", "quay.io/acme/app:${TAG}"))
    assert [finding.rule for finding in findings] == ["unrendered-template"]


@pytest.mark.parametrize("image", ["FILLED BY THE OPERATOR", "FILLED_BY_OPERATOR", "to be set by the controller"])
def test_an_operator_fills_in_the_image(image: str) -> None:
    assert lint(json.dumps(pod(image))) == []


@pytest.mark.parametrize(
    "namespace", ["FILLED_BY_VALIDATOR", "VAR_CLUSTER_NAMESPACE", "{{ .Release.Namespace }}", "-x"]
)
def test_a_namespace_that_is_not_a_label_is_not_known(namespace: str) -> None:
    objects = (
        pod("registry.corp.example/app:1.0", "pull", namespace=namespace),
        docker_secret("pull", namespace="shop"),
    )
    index = index_of(stream(*objects))
    assert index.pods[0].namespace is None
    assert "pull-secret-other-namespace" not in dict(found(lint(stream(*objects))))


def test_a_kustomization_sets_no_such_namespace() -> None:
    files = {
        "kustomization.yaml": "namespace: VAR_NAMESPACE\nresources: [web.yaml]",
        "web.yaml": json.dumps(pod("a:1")),
    }
    assert [one.namespace for one in index_of("", **files).pods] == [None]


def tekton(kind: str, spec: dict[str, Any]) -> list[tuple[str, int]]:
    document = {"apiVersion": "tekton.dev/v1", "kind": kind, "metadata": {"name": "x"}, "spec": spec}
    uses = index_of(json.dumps(document, indent=1)).images
    return [(use.effective, use.span.line) for use in uses]


def param(name: str, **fields: str) -> dict[str, str]:
    return {"name": name, **fields}


@pytest.mark.parametrize(
    "image", ["$(params.image)", "$(inputs.params.image)", '$(params["image"])', "$(params['image'])"]
)
def test_a_parameter_alone_is_judged_at_its_default(image: str) -> None:
    spec = {"params": [param("image", default="alpine:3.20")], "steps": [{"name": "a", "image": image}]}
    assert tekton("Task", spec) == [("alpine:3.20", 11)]


def test_parameters_in_an_image_add_up() -> None:
    params = [param("host", default="quay.io"), param("tag", default="1.0")]
    steps = [{"name": "a", "image": "$(params.host)/acme/app:$(params.tag)"}]
    assert tekton("Task", {"params": params, "steps": steps}) == [("quay.io/acme/app:1.0", 21)]


def test_what_has_no_default_stays() -> None:
    steps = [{"name": "a", "image": "$(params.host)/app:$(params.tag)"}, {"name": "b", "image": "$(params.none)"}]
    spec = {"params": [param("host", default="quay.io"), param("tag")], "steps": steps}
    assert [image for image, _ in tekton("Task", spec)] == ["$(params.host)/app:$(params.tag)", "$(params.none)"]


def test_values_count_before_defaults() -> None:
    task = {"params": [param("image", default="a:1")], "steps": [{"name": "a", "image": "$(params.image)"}]}
    assert [image for image, _ in tekton("TaskRun", {"params": [param("image", value="b:2")], "taskSpec": task})] == [
        "b:2"
    ]
    steps = {"tasks": [{"name": "t", "params": [param("image", value="$(params.base)")], "taskSpec": task}]}
    pipeline = {"params": [param("base", default="c:3")], **steps}
    assert [image for image, _ in tekton("Pipeline", pipeline)] == ["c:3"]
    run = {"params": [param("base", value="d:4")], "pipelineSpec": pipeline}
    assert [image for image, _ in tekton("PipelineRun", run)] == ["d:4"]


@pytest.mark.parametrize(
    ("value", "image", "effective"),
    [
        ({"web": "quay.io/acme/web:1"}, "$(params.image.web)", "quay.io/acme/web:1"),
        ({"name": "acme/web", "tag": "2"}, "quay.io/$(params.image.name):$(params.image.tag)", "quay.io/acme/web:2"),
        (["quay.io/acme/web:1", "alpine:3.20"], "$(params.image[1])", "alpine:3.20"),
        (["quay.io"], "$(params['image'][0])/acme/web:3", "quay.io/acme/web:3"),
        (["quay.io"], "$(params.image[1])/acme/web:3", "$(params.image[1])/acme/web:3"),
    ],
)
def test_parts_of_a_parameter(value: object, image: str, effective: str) -> None:
    for key in ("default", "value"):
        spec = {"params": [{"name": "image", key: value}], "taskSpec": {"steps": [{"name": "a", "image": image}]}}
        assert [image for image, _ in tekton("TaskRun", spec)] == [effective]


def test_a_value_of_several_parameters() -> None:
    task = {"params": [{"name": "image"}], "steps": [{"name": "a", "image": "$(params.image)"}]}
    passed = [param("image", value="$(params.host)/acme/web:$(params.tag)")]
    tasks = [{"name": "t", "params": passed, "taskSpec": task}]
    known = [param("host", default="quay.io"), param("tag", default="1.0")]
    assert [image for image, _ in tekton("Pipeline", {"params": known, "tasks": tasks})] == ["quay.io/acme/web:1.0"]
    spec = {"params": known[:1], "tasks": tasks}
    assert [image for image, _ in tekton("Pipeline", spec)] == ["$(params.image)"]


@pytest.mark.parametrize(
    ("image", "passed", "effective"),
    [
        ("$(tt.params.image)", [], "quay.io/acme/web:1"),
        ("$(tt.params.host)/acme/app:2", [], "quay.io/acme/app:2"),
        ("$(params.image)", [param("image", value="$(tt.params.image)")], "quay.io/acme/web:1"),
        ("$(params.image)", [], "$(params.image)"),
        ("$(tt.params.none)", [], "$(tt.params.none)"),
    ],
)
def test_parameters_of_a_trigger(image: str, passed: list[dict[str, str]], effective: str) -> None:
    run = {"params": passed, "taskSpec": {"steps": [{"name": "a", "image": image}]}}
    made = {"apiVersion": "tekton.dev/v1", "kind": "TaskRun", "metadata": {"generateName": "a-"}, "spec": run}
    params = [param("image", default="quay.io/acme/web:1"), param("host", default="quay.io"), param("none")]
    spec = {"params": params, "resourcetemplates": [made]}
    template = {"apiVersion": "triggers.tekton.dev/v1beta1", "kind": "TriggerTemplate", "spec": spec}
    for text in (json.dumps(template), f"# YAML\n{json.dumps(template)}"):
        assert [use.effective for use in index_of(text).images] == [effective]


def test_parameters_of_the_first_api() -> None:
    steps = [{"name": "a", "image": "$(inputs.params.image)"}]
    spec = {"inputs": {"params": [param("image", default="alpine:3.20")]}, "steps": steps}
    assert [image for image, _ in tekton("Task", spec)] == ["alpine:3.20"]


def test_tasks_of_a_pipeline_have_their_own_parameters() -> None:
    tasks = [
        {
            "name": tag,
            "taskSpec": {"params": [param("tag", default=tag)], "steps": [{"name": "a", "image": "app:$(params.tag)"}]},
        }
        for tag in ("1.0", "2.0")
    ]
    assert [image for image, _ in tekton("Pipeline", {"tasks": tasks})] == ["app:1.0", "app:2.0"]


ASSET = """
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: daemon, namespace: x}
spec:
  selector: {matchLabels: {a: b}}
  template:
    metadata: {labels: {a: b}}
    spec:
      containers:
        - name: daemon
          image: %s
        - name: proxy
          image: bitnami/redis:7.2
"""


@pytest.mark.parametrize(
    ("image", "rules"),
    [
        ("{{.Images.MachineConfigOperator}}", []),
        ("{{- .Image }}", []),
        ("{{ .Values.image }}", ["unrendered-template"]),
        ('"{{ .Image }}"', ["unrendered-template"]),
        ("{{ image }}", ["unrendered-template"]),
    ],
)
def test_a_program_renders_what_kubectl_cannot_read(image: str, rules: list[str]) -> None:
    files = {"assets/daemon.yaml": ASSET % image}
    assert [finding.rule for finding in lint(files)] == [*rules, "dead-image"]


def test_what_a_program_renders_is_noted(tmp_path: Path) -> None:
    (tmp_path / "daemon.yaml").write_text(ASSET % "{{.Image}}")
    assert "note: daemon.yaml: template source" in imagelint(".", cwd=tmp_path).stderr


def test_an_unknown_kind_may_have_a_language_of_its_own() -> None:
    images = custom("example.com/v1", "Unknown", "$IMAGE"), custom("ray.io/v1", "RayCluster", "$IMAGE")
    assert [lint(text)[0].confidence for text in images] == ["likely", "certain"]


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        (custom("pxc.percona.com/v1", "PerconaXtraDBCluster", "-pxc"), "warning"),
        (custom("example.com/v1", "Unknown", "-proxysql"), "warning"),
        (json.dumps(pod("-pxc")), "error"),
    ],
)
def test_the_end_of_a_name_is_completed_by_a_script(text: str, severity: str) -> None:
    (finding,) = lint(text)
    assert (finding.rule, finding.severity) == ("invalid-image-reference", severity)


PAYLOAD = "placeholder.url.oc.will.replace.this.org/placeholdernamespace:machine-config-operator"


@pytest.mark.parametrize(
    "document",
    [
        pod(PAYLOAD),
        pod("quay.io/acme/a:1", args=[f"--x-image={PAYLOAD}"]),
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"}, "data": {"baseImage": PAYLOAD}},
    ],
)
def test_the_payload_of_openshift_is_filled_in(document: dict[str, Any]) -> None:
    assert lint(json.dumps(document)) == []
