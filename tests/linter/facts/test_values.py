"""Images in the values of charts are listed with their key paths, and judged where their parts are written."""

from __future__ import annotations

from textwrap import indent
from typing import TYPE_CHECKING

import pytest

from imagelint.facts.kinds import is_values_file
from imagelint.linting.finding import Confidence, Severity
from support import index_of, lint

if TYPE_CHECKING:
    from imagelint.linting.finding import Finding

RELEASE = """\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: app, namespace: media}
spec:
  values:
"""


def release(values: str) -> str:
    return RELEASE + indent(values, "    ")


def images(text: str, path: str = "values.yaml") -> dict[str, str]:
    """Key paths, and the images there."""
    found: dict[str, str] = {}
    for use in index_of("", **{path: text}).images:
        assert use.container.value is not None
        found[use.container.value.key] = use.written
    return found


DIGEST = f"sha256:{'a' * 64}"


@pytest.mark.parametrize(
    ("values", "key", "image"),
    [
        ("image: {repository: ghcr.io/acme/web, tag: v1}", "image", "ghcr.io/acme/web:v1"),
        ("image: {registry: ghcr.io, repository: acme/web, tag: v1}", "image", "ghcr.io/acme/web:v1"),
        ("image: {registry: ghcr.io/, repository: /acme/web, tag: v1}", "image", "ghcr.io/acme/web:v1"),
        ("image: {registry: harbor.acme.example, repository: web, tag: v1}", "image", "harbor.acme.example/web:v1"),
        ("image: {registry: '', repository: ghcr.io/acme/web, tag: v1}", "image", "ghcr.io/acme/web:v1"),
        ("image: {repository: ghcr.io/acme/web}", "image", "ghcr.io/acme/web"),
        ("image: {repository: ghcr.io/acme/web, tag: ''}", "image", "ghcr.io/acme/web"),
        ("image: {repository: ghcr.io/acme/web, tag: ~, pullPolicy: Always}", "image", "ghcr.io/acme/web"),
        (f"image: {{repository: acme/web, digest: '{DIGEST}'}}", "image", f"acme/web@{DIGEST}"),
        (f"image: {{repository: acme/web, tag: '{DIGEST}'}}", "image", f"acme/web@{DIGEST}"),
        (f"image: {{repository: acme/web, tag: 'v1@{DIGEST}'}}", "image", f"acme/web:v1@{DIGEST}"),
        (f"image: {{repository: acme/web, tag: v1, sha: {'a' * 64}}}", "image", f"acme/web:v1@{DIGEST}"),
        ("image: {registry: registry.k8s.io, image: a/b, tag: v1}", "image", "registry.k8s.io/a/b:v1"),
        ("image: {name: quay.io/acme/web, tag: v1}", "image", "quay.io/acme/web:v1"),
        ("image: {repository: quay.io/acme/web, version: v1}", "image", "quay.io/acme/web:v1"),
        ("images: {web: {repository: acme/web, tag: v1}}", "images.web", "acme/web:v1"),
        ("images: {web: quay.io/acme/web:v1}", "images.web", "quay.io/acme/web:v1"),
        ("images: [quay.io/acme/web:v1]", "images[0]", "quay.io/acme/web:v1"),
        ("web: {repository: acme/web, tag: v1}", "web", "acme/web:v1"),
        ("image: {repo: acme/web, version: v1}", "image", "acme/web:v1"),
        ("image: {repo: nginx, tag: latest}", "image", "nginx:latest"),
        ("init: {image: {registry: docker.io, repo: alpine, tag: latest}}", "init.image", "docker.io/alpine:latest"),
        ("image: {registry: registry.acme.example, repo: web, tag: v1}", "image", "registry.acme.example/web:v1"),
        ("image: {repo: quay.io/acme/web, tag: v1}", "image", "quay.io/acme/web:v1"),
        ("a: {b: [{sidecarImage: {repository: acme/web, tag: v1}}]}", "a.b[0].sidecarImage", "acme/web:v1"),
        ("image: quay.io/acme/web:v1", "image", "quay.io/acme/web:v1"),
        ("image: quay.io/acme/web", "image", "quay.io/acme/web"),
        ("image: web:v1", "image", "web:v1"),
        ("containers: [{name: web, image: alpine, command: [sh]}]", "containers[0].image", "alpine"),
        ("initImage: acme/web:v1", "initImage", "acme/web:v1"),
        ("imageRepository: quay.io/acme/web", "imageRepository", "quay.io/acme/web"),
        ("image: acme/web\nimageTag: v1", "image", "acme/web:v1"),
        ("image: acme/web\ntag: v1", "image", "acme/web:v1"),
        ("imageName: acme/web\nimageRegistry: ghcr.io\nimageTag: v1", "imageName", "ghcr.io/acme/web:v1"),
        ("proxyImage: acme/web\nproxyImageTag: v1", "proxyImage", "acme/web:v1"),
        ("image_name: acme/web\nimage_tag: v1", "image_name", "acme/web:v1"),
        ("global: {imageRegistry: ghcr.io}\nimage: {repository: acme/web, tag: v1}", "image", "ghcr.io/acme/web:v1"),
        (
            "global: {imageRegistry: ghcr.io}\nimage: {registry: quay.io, repository: acme/web, tag: v1}",
            "image",
            "ghcr.io/acme/web:v1",
        ),
        ("global: {imageRegistry: ''}\nimage: {registry: quay.io, repository: acme/web}", "image", "quay.io/acme/web"),
        ("imageRegistry: ghcr.io\nweb: {image: {repository: acme/web, tag: v1}}", "web.image", "ghcr.io/acme/web:v1"),
        ("imageRegistry: ghcr.io\nweb: {image: {repository: quay.io/a/b, tag: v1}}", "web.image", "quay.io/a/b:v1"),
        ("image: &image {repository: acme/web, tag: v1}\nb: {<<: *image, tag: v2}", "b", "acme/web:v2"),
        ("image: {repository: '${REGISTRY}/web', tag: v1}", "image", "${REGISTRY}/web:v1"),
        ("image: '{{ .Values.registry }}/web:v1'", "image", "{{ .Values.registry }}/web:v1"),
    ],
)
def test_images_have_their_key(values: str, key: str, image: str) -> None:
    assert images(values)[key] == image
    assert images(release(values), "release.yaml") == images(values)


@pytest.mark.parametrize(
    "values",
    [
        "image: ''",
        "image: true",
        "image: logo.png",
        "image: https://acme.example/logo.png",
        "image: /usr/share/logo.png",
        "image: ./logo:1",
        "image: two words:1",
        "backgroundImage: acme.example/logo.png",
        "image: ubuntu-22.04",
        "imagePullPolicy: Always",
        "imagePullSecrets: [{name: regcred}]",
        "imageFeatures: layering,fast-diff",
        "imageFormat: '2'",
        "env: {IMAGE_SIZE: 400x400, IMAGE_BASE_URL: 'https://acme.example'}",
        "verifyImages: true",
        "git: {repository: 'https://github.com/acme/web', tag: v1}",
        "git: {repository: 'git@github.com:acme/web.git', tag: v1}",
        "git: {repository: acme/web, branch: main, tag: v1}",
        "chart: {repository: acme/charts, chart: web, tag: v1}",
        "chart: {repository: acme/charts, name: web, version: 1.0.0}",
        "restic: {repository: app-restic}",
        "restic: {repository: 's3:https://acme.example/backup', tag: nightly}",
        "repository: acme/web",
        "image: {repo: robotshop, version: latest}",
        "image: {repo: quay.io/acme, tag: latest, pullPolicy: Always}",
        "web: {image: {registry: ghcr.io, repo: acme, tag: latest}}",
        "image: {tag: v1}",
        "image: {size: 10Gi, name: disk}",
        "image: {width: 10, repository: ''}",
        "podinfo: {name: acme/web:v1}",
        # Accounts, to which the chart adds the names of images.
        "image: {registry: quay.io, repository: strimzi, tag: latest}",
        "defaultImageRegistry: quay.io\ndefaultImageRepository: strimzi\ndefaultImageTag: latest",
        "image: {registry: ghcr.io/, name: acme, tag: latest}",
    ],
)
def test_other_values_name_no_image(values: str) -> None:
    assert images(values) == {}


def places(findings: list[Finding]) -> list[tuple[str, int, int, Severity]]:
    return [(one.rule, one.place.span.line, one.place.span.column, one.severity) for one in findings]


BLOCK = """\
image:
  registry: {registry}
  repository: {repository}
  tag: {tag}
"""


@pytest.mark.parametrize(
    ("parts", "rule", "line"),
    [
        ({"registry": "ghrc.io"}, "misspelled-registry", 2),
        ({"registry": "k8s.gcr.io"}, "deprecated-registry", 2),
        ({"registry": "http://ghcr.io"}, "invalid-image-reference", 2),
        ({"repository": "acme/Web"}, "invalid-image-reference", 3),
        ({"registry": "docker.io", "repository": "bitnami/redis"}, "dead-image", 3),
        ({"tag": "latest"}, "latest-tag", 4),
        ({"tag": "v1+2"}, "invalid-image-reference", 4),
        ({"tag": "'1e+07'"}, "invalid-image-reference", 4),
        ({"tag": "vv1.0"}, "invalid-image-reference", 4),
        ({"tag": "1.10"}, "number-as-tag", 4),
        ({"tag": "20240514"}, "number-as-tag", 4),
    ],
)
def test_a_finding_is_at_the_part_that_it_is_about(parts: dict[str, str], rule: str, line: int) -> None:
    block = BLOCK.format(**{"registry": "ghcr.io", "repository": "acme/web", "tag": "v1", **parts})
    (finding,) = lint({"values.yaml": block})
    assert (finding.rule, finding.place.span.line) == (rule, line)
    assert finding.severity is not Severity.ERROR
    assert finding.confidence is not Confidence.CERTAIN
    assert finding.subject.key == "image"
    assert finding.fix is None


@pytest.mark.parametrize(
    "values",
    [
        "image: {repository: ghcr.io/acme/web}",
        "image: ghcr.io/acme/web",
        "image: {repository: docker.elastic.co/eck/eck-operator, tag: null}",
        "image: {repository: docker.elastic.co/eck/eck-operator}",
        "image: {repository: web, tag: v1}",
        "image: {repository: registry.acme.example/web, tag: v1}",
        "image: {repository: '${REGISTRY}/web', tag: '${TAG}'}",
        "image: {repository: '{{ .Values.x }}', tag: v1}",
        "image: {repository: CHANGEME, tag: v1}",
        "image: {repository: ghcr.io/acme/web, tag: v1, pullPolicy: ifnotpresent}",
        "image: {repository: ghcr.io/acme/web, tag: 7.2}",
        "image: {repository: ghcr.io/acme/web, tag: 3}",
        "image: {repository: ghcr.io/acme/web, tag: '1.10'}",
        "image: {repository: ghcr.io/acme/web, tag: 2024-05-14}",
        "imagePullSecrets: [{name: nobody}]\nimage: {repository: ghcr.io/acme/web, tag: v1}",
    ],
)
def test_what_a_chart_may_complete_is_not_reported(values: str) -> None:
    assert lint({"values.yaml": values}) == []
    assert lint(release(values)) == []


@pytest.mark.parametrize(
    ("values", "printed"),
    [
        ("image: {tag: 1.10}", "1.1"),
        ("tag: 2.0", "2"),
        ("imageTag: 1e7", "1e+07"),
        ("web: {sidecarImageTag: 010}", "8"),
        ("image: {repository: acme/web, version: 1.20}", "1.2"),
        ("image: {repository: acme/web, tag: yes}", "true"),
    ],
)
def test_numbers_as_tags(values: str, printed: str) -> None:
    (finding,) = lint({"values.yaml": values})
    assert finding.rule == "number-as-tag"
    assert f"`{printed}`" in finding.message
    written = values.replace("}", "").split(": ")[-1]
    assert finding.help == f'write the tag in quotes: "{written}"'


APPLICATION = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: api, namespace: argocd}
spec:
"""


PARAMETERS_ON_VALUES = """\
source:
  helm:
    valuesObject: {a: {image: {repository: acme/x}}}
    parameters:
      - {name: a.image.tag, value: v1}
"""


@pytest.mark.parametrize(
    ("spec", "key", "image", "line"),
    [
        ("source: {helm: {valuesObject: {image: {repository: acme/x, tag: v1}}}}", "image", "acme/x:v1", 5),
        (
            "source:\n  helm:\n    values: |\n      image:\n        repository: acme/x\n        tag: v1",
            "image",
            "acme/x:v1",
            9,
        ),
        ("sources:\n  - helm:\n      values: 'image: acme/x:v1'", "image", "acme/x:v1", 7),
        ("source: {kustomize: {images: ['web=ghcr.io/acme/x:v1']}}", "kustomize.images[0]", "ghcr.io/acme/x:v1", 5),
        ("source: {kustomize: {images: ['ghcr.io/acme/x:v1']}}", "kustomize.images[0]", "ghcr.io/acme/x:v1", 5),
        (
            "source: {helm: {parameters: [{name: image.repository, value: acme/x}, {name: image.tag, value: v1}]}}",
            "image",
            "acme/x:v1",
            5,
        ),
        (
            PARAMETERS_ON_VALUES,
            "a.image",
            "acme/x:v1",
            9,
        ),
    ],
)
def test_applications(spec: str, key: str, image: str, line: int) -> None:
    uses = index_of(APPLICATION + indent(spec, "  ")).images
    found = [(use.container.value.key, use.written, use.span.line) for use in uses if use.container.value]
    assert (key, image, line) in found


OTHERS = [
    ("helm.cattle.io/v1", "HelmChart", {"valuesContent": "image: acme/x:v1"}),
    ("helm.cattle.io/v1", "HelmChart", {"set": {"image.repository": "acme/x", "image.tag": "v1"}}),
    ("helm.crossplane.io/v1beta1", "Release", {"forProvider": {"values": {"image": "acme/x:v1"}}}),
    ("addons.cluster.x-k8s.io/v1alpha1", "HelmChartProxy", {"valuesTemplate": "image: acme/x:v1"}),
    ("helm.fluxcd.io/v1", "HelmRelease", {"values": {"image": "acme/x:v1"}}),
    (
        "argoproj.io/v1alpha1",
        "ApplicationSet",
        {"template": {"spec": {"source": {"helm": {"values": "image: acme/x:v1"}}}}},
    ),
    (
        "kustomize.toolkit.fluxcd.io/v1",
        "Kustomization",
        {"images": [{"name": "a", "newName": "acme/x", "newTag": "v1"}]},
    ),
    (
        "helm.toolkit.fluxcd.io/v2",
        "HelmRelease",
        {"postRenderers": [{"kustomize": {"images": [{"name": "a", "newName": "acme/x", "newTag": "v1"}]}}]},
    ),
]


@pytest.mark.parametrize(
    ("api_version", "kind", "spec"), OTHERS, ids=lambda value: value if isinstance(value, str) else ""
)
def test_other_kinds_with_values(api_version: str, kind: str, spec: object) -> None:
    import json

    text = json.dumps({"apiVersion": api_version, "kind": kind, "metadata": {"name": "a"}, "spec": spec})
    assert [use.written for use in index_of(text).images] == ["acme/x:v1"]


def test_config_maps_with_values() -> None:
    text = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: app-values, namespace: media}
data:
  values.yaml: |
    image:
      repository: ghcr.io/acme/web
      tag: latest
  other.yaml: |
    image: ghcr.io/acme/web:latest
"""
    assert places(lint(text)) == [("latest-tag", 8, 12, Severity.WARNING)]


def test_a_list_of_containers_in_values_is_for_the_chart() -> None:
    """No container lacks an image, and none is an error."""
    assert lint(release("initContainers:\n  - {name: wait, command: [sh]}\nimagePullSecrets: [{name: nobody}]")) == []
    (finding,) = lint(release("initContainers:\n  - {name: wait, image: ghcr.io/acme/Web:v1}"))
    assert (finding.rule, finding.severity) == ("invalid-image-reference", Severity.WARNING)


def test_suppressions_in_values() -> None:
    text = "image:  # imagelint: ignore[latest-tag]\n  repository: ghcr.io/acme/web\n  tag: latest\n"
    assert lint({"values.yaml": text}) == []
    assert places(lint({"values.yaml": text.replace("latest-tag", "dead-image")})) == [
        ("unused-ignore", 1, 9, Severity.WARNING),
        ("latest-tag", 3, 8, Severity.WARNING),
    ]


def test_objects_in_values_files_are_objects() -> None:
    pod = (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: ghcr.io/acme/Web:v1}]}\n"
    )
    (finding,) = lint({"values.yaml": pod})
    assert finding.severity is Severity.ERROR


def test_a_values_file_that_does_not_parse() -> None:
    (finding,) = lint({"values.yaml": "image:\n  repository: acme/web\n tag: v1\n"})
    assert finding.rule == "syntax-error"


def test_only_the_parts_of_images_are_shown() -> None:
    facts = index_of("", **{"values.yaml": "a: {image: acme/web:latest, password: hunter2}\nb: [swordfish]\n"}).files
    (hidden,) = [one.hidden for source, one in facts.items() if source.path == "values.yaml"]
    assert sorted((span.line, span.column) for span in hidden) == [(1, 39), (2, 5)]


@pytest.mark.parametrize(
    ("name", "is_values"),
    [
        ("values.yaml", True),
        ("shop/values.yml", True),
        ("values-prod.yaml", True),
        ("values.prod.yaml", True),
        ("values_prod.yaml", True),
        ("prod-values.yaml", True),
        ("prod.values.yaml", True),
        ("values.schema.json", False),
        ("values.yaml.tpl", False),
        ("key-values/a.yaml", False),
        ("valuesets.yaml", False),
    ],
)
def test_names_of_values_files(name: str, is_values: bool) -> None:
    assert is_values_file(name) is is_values
