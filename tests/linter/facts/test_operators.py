"""Custom resources as the documentation of their operators shows them: every image is read, and its pull secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support import index_of, lint

if TYPE_CHECKING:
    from imagelint.index.image_use import ImageUse


def uses_of(text: str) -> tuple[ImageUse, ...]:
    return index_of(text).images


@pytest.mark.parametrize(
    ("text", "images", "secrets"),
    [
        (
            """
apiVersion: config.kubeflow.org/v1beta1
kind: KatibConfig
runtime:
  metricsCollectors: [{kind: StdOut, image: "a:1", imagePullPolicy: Always}]
  suggestions: [{algorithmName: random, image: "b:1"}]
  earlyStoppings: [{algorithmName: medianstop, image: "c:1"}]
""",
            ["c:1", "a:1", "b:1"],
            [],
        ),
        (
            """
apiVersion: coherence.oracle.com/v1
kind: Coherence
metadata: {name: storage}
spec:
  image: "a:1"
  imagePullSecrets: [{name: ocr}]
  coherenceUtils: {image: "b:1"}
  sideCars: [{name: s, image: "c:1"}]
""",
            ["c:1", "b:1", "a:1"],
            ["ocr"],
        ),
        (
            """
apiVersion: numaflow.numaproj.io/v1alpha1
kind: MonoVertex
metadata: {name: v}
spec:
  source: {udsource: {container: {image: "a:1"}}, transformer: {container: {image: "b:1"}}}
  sink: {udsink: {container: {image: "c:1"}}, fallback: {udsink: {container: {image: "d:1"}}}}
""",
            ["d:1", "c:1", "b:1", "a:1"],
            [],
        ),
        (
            """
apiVersion: numaplane.numaproj.io/v1alpha1
kind: PipelineRollout
metadata: {name: v}
spec:
  pipeline:
    spec:
      vertices:
        - {name: in, source: {generator: {rpu: 5}}}
        - {name: udf, imagePullSecrets: [{name: pull}], udf: {container: {image: "a:1"}}}
""",
            ["a:1"],
            ["pull"],
        ),
        (
            """
apiVersion: core.humio.com/v1alpha1
kind: HumioCluster
metadata: {name: h}
spec:
  image: "a:1"
  helperImage: "b:1"
  imagePullSecrets: [{name: pull}]
""",
            ["b:1", "a:1"],
            ["pull"],
        ),
        (
            """
apiVersion: deviceplugin.intel.com/v1
kind: QatDevicePlugin
metadata: {name: q}
spec: {image: "a:1", initImage: "b:1"}
""",
            ["a:1", "b:1"],
            [],
        ),
        (
            """
apiVersion: litmuschaos.io/v1alpha1
kind: ChaosExperiment
metadata: {name: c}
spec: {definition: {image: "a:1", imagePullPolicy: Always}}
""",
            ["a:1"],
            [],
        ),
        (
            """
apiVersion: scorecard.operatorframework.io/v1alpha3
kind: Configuration
metadata: {name: config}
stages: [{tests: [{image: "a:1"}, {image: "b:1"}]}]
""",
            ["a:1", "b:1"],
            [],
        ),
        (
            """
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: shop}
spec:
  components:
    - {name: web, type: webservice, properties: {image: "a:1", imagePullPolicy: Always}}
    - {name: db, type: helm, properties: {chart: mysql, values: {image: {tag: "8"}}}}
    - name: job
      type: task
      properties: {image: "b:1", cmd: [run]}
      traits:
        - {type: sidecar, properties: {name: log, image: "c:1"}}
        - {type: scaler, properties: {replicas: 2}}
""",
            ["a:1", "b:1", "c:1"],
            [],
        ),
        (
            """
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: shop}
spec: {components: [{name: web, type: worker, properties: {image: "a:1", imagePullSecrets: [pull]}}]}
""",
            ["a:1"],
            ["pull"],
        ),
        (
            """
apiVersion: core.spinkube.dev/v1alpha1
kind: SpinApp
metadata: {name: s}
spec: {image: "a:1", executor: containerd-shim-spin, imagePullSecrets: [{name: pull}]}
""",
            ["a:1"],
            ["pull"],
        ),
        ("{apiVersion: openfaas.com/v1, kind: Function, metadata: {name: f}, spec: {image: a}}", ["a"], []),
        (
            """
apiVersion: nvidia.com/v1alpha1
kind: GPUCluster
metadata: {name: g}
spec: {draDriver: {repository: nvcr.io/nvidia, image: dra, version: v1, imagePullSecrets: [ngc]}}
""",
            ["nvcr.io/nvidia/dra:v1"],
            ["ngc"],
        ),
        (
            """
apiVersion: workspace.devfile.io/v1alpha2
kind: DevWorkspaceTemplate
metadata: {name: d}
spec: {components: [{name: tools, container: {image: "a:1"}}, {name: v, volume: {size: 1Gi}}]}
""",
            ["a:1"],
            [],
        ),
        (
            """
apiVersion: apps.openliberty.io/v1
kind: OpenLibertyApplication
metadata: {name: o}
spec: {applicationImage: "a:1", pullSecret: pull, pullPolicy: Always}
""",
            ["a:1"],
            ["pull"],
        ),
        (
            """
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: w-}
spec:
  imagePullSecrets: [{name: pull}]
  templates:
    - name: s
      steps: [[{name: a, inline: {container: {image: "a:1"}}}], [{name: b, inline: {script: {image: "b:1"}}}]]
    - name: d
      dag: {tasks: [{name: c, inline: {container: {image: "c:1"}}}]}
""",
            ["c:1", "a:1", "b:1"],
            ["pull"],
        ),
        (
            """
apiVersion: triggers.tekton.dev/v1beta1
kind: TriggerTemplate
metadata: {name: t}
spec:
  resourcetemplates:
    - apiVersion: tekton.dev/v1
      kind: TaskRun
      metadata: {generateName: r-}
      spec: {taskSpec: {steps: [{name: a, image: "a:1"}]}, podTemplate: {imagePullSecrets: [{name: pull}]}}
    - apiVersion: batch/v1
      kind: Job
      metadata: {generateName: j-}
      spec: {template: {spec: {imagePullSecrets: [{name: pull}], containers: [{name: b, image: "b:1"}]}}}
""",
            ["a:1", "b:1"],
            ["pull"],
        ),
    ],
)
def test_images_and_pull_secrets(text: str, images: list[str], secrets: list[str]) -> None:
    uses = uses_of(text)
    assert sorted(use.effective for use in uses) == sorted(images)
    for use in uses:
        assert [name.value for name in use.pod.spec.pull_secrets] == secrets


FETCHED = """
apiVersion: source.toolkit.fluxcd.io/v1
kind: OCIRepository
metadata: {name: a, namespace: flux-system}
spec: {ref: {tag: v1.21.1}, url: "oci://quay.io/jetstack/charts/cert-manager"}
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: OCIRepository
metadata: {name: b, namespace: flux-system}
spec: {ref: {semver: ">= 6.0.0"}, url: "oci://ghcr.io/stefanprodan/manifests/podinfo", secretRef: {name: ghcr-auth}}
---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageRepository
metadata: {name: c, namespace: flux-system}
spec: {image: ghcr.io/acme/api}
---
apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata: {name: d, namespace: monitoring}
spec: {baseImage: quay.io/prometheus/prometheus, version: v2.1}
"""


def test_what_no_pod_pulls_is_an_artifact() -> None:
    uses = uses_of(FETCHED)
    assert [use.effective.rpartition("/")[2] for use in uses] == [
        "cert-manager:v1.21.1",
        "podinfo",
        "api",
        "prometheus",
    ]
    assert {use.container.type.value for use in uses} == {"artifact"}
    assert {(use.pulled, use.tagged) for use in uses} == {(None, None)}
    assert [finding.rule for finding in lint(FETCHED) if "secret" not in finding.rule] == []


@pytest.mark.parametrize(
    ("host", "rules"),
    [
        ("ghrc.io", ["misspelled-registry"]),
        ("docker.cloud.google.com", []),
        ("registry.flux-system.svc.cluster.local:5000", []),
        ("quay.io", []),
    ],
)
def test_a_controller_cannot_fetch_from_a_wrong_host_either(host: str, rules: list[str]) -> None:
    group = "toolkit.fluxcd.io/v1"
    source = (
        f"apiVersion: source.{group}, kind: OCIRepository, metadata: {{name: a}}, spec: {{url: 'oci://{host}/a/b'}}"
    )
    image = f"apiVersion: image.{group}, kind: ImageRepository, metadata: {{name: a}}, spec: {{image: '{host}/a/b'}}"
    for text in (source, image):
        findings = [one for one in lint(f"{{{text}}}") if "secret" not in one.rule]
        assert [one.rule for one in findings] == rules
        assert all((one.prediction, one.fix) == (None, None) for one in findings)


def test_an_image_volume_of_a_database() -> None:
    (use,) = uses_of("""
apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: {name: main, namespace: db}
spec:
  postgresql: {extensions: [{name: v, image: {reference: "ghcr.io/acme/pgvector:1", pullPolicy: Sometimes}}]}
""")
    assert (use.effective, use.declared_policy, use.container.type.value) == (
        "ghcr.io/acme/pgvector:1",
        "Sometimes",
        "volume",
    )


@pytest.mark.parametrize("image", [r"^gcr\\.io/agent:.*$", "ghcr.io/acme/*", "!*:latest", "docker.io/acme/(a|b)"])
def test_patterns_of_unknown_kinds_are_not_images(image: str) -> None:
    containers = f"containers: [{{name: a, image: '{image}'}}, {{name: b, image: 'acme/web:1'}}]"
    uses = uses_of(f"{{apiVersion: example.com/v1, kind: Criteria, metadata: {{name: a}}, spec: {{{containers}}}}}")
    assert [use.written for use in uses] == ["acme/web:1"]


@pytest.mark.parametrize(
    "group", ["auto.gke.io/v1", "kyverno.io/v1", "expansion.gatekeeper.sh/v1", "policy.sigstore.dev/v1beta1"]
)
def test_patterns_of_policies_make_no_pods(group: str) -> None:
    criteria = "{containers: [{name: a, image: '.*'}]}"
    text = f"{{apiVersion: {group}, kind: WorkloadAllowlist, matchingCriteria: {criteria}}}"
    assert uses_of(text) == ()
