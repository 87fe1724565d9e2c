"""Objects are judged as kustomizations deploy them, and findings are reported where they can be repaired."""

from __future__ import annotations

import json
import re
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from imagelint.runs import Run, plan_runs
from imagelint.session import Request, Session
from imagelint.sources import overlays
from imagelint.sources.kustomize import build
from imagelint.sources.kustomize.budget import Allowance
from imagelint.text.places import SourceId
from imagelint.text.source import Source
from imagelint.world.world import World
from imagelint.writing.fixing import fixed_files
from imagelint_rules import kustomize_refuses, unmatched_override
from manifests import docker_secret, pod
from support import TODAY, imagelint

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from imagelint.linting.finding import Finding
    from imagelint.linting.report import Report
    from imagelint.linting.rule import Rule
    from imagelint.sources.kustomize.layer import Layer
    from imagelint.sources.kustomize.state import State

NEW = "ghcr.io/acme/controller:v1.2.3"
BASE = """apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: IMAGE
"""
WEB = "ghcr.io/acme/web"
OVERLAY = f"resources: [../../base]\nimages:\n  - name: {WEB}\n    FIELDS\n"


def deployment(image: str = "controller:latest", **spec: Any) -> str:
    containers = [{"name": "manager", "image": image}]
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": containers, **spec}}
    return json.dumps(
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "web", "namespace": "system"},
            "spec": {"selector": {"matchLabels": {"app": "web"}}, "template": template},
        }
    )


def patch(name: str = "web", **spec: Any) -> str:
    metadata = {"name": name, "namespace": "system"}
    return json.dumps(
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": {"template": {"spec": spec}}}
    )


IMAGE_PATCH = patch(containers=[{"name": "manager", "image": NEW}])
JSON_PATCH = json.dumps([{"op": "replace", "path": "/spec/template/spec/containers/0/image", "value": NEW}])


def kustomized(**kustomization: Any) -> str:
    return json.dumps({"resources": ["web.yaml"], **kustomization})


def overlay(fields: str, *, base: str = WEB, **more: str) -> dict[str, str]:
    """A base and an overlay with one entry of `images`."""
    return {
        "base/kustomization.yaml": "resources: [deployment.yaml]\n",
        "base/deployment.yaml": BASE.replace("IMAGE", base),
        "overlays/prod/kustomization.yaml": OVERLAY.replace("FIELDS", fields),
        **more,
    }


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tree:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return Tree(tmp_path)


class Tree:
    """Files on disk, and a session over them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, files: Mapping[str, str]) -> None:
        for path, text in files.items():
            (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / path).write_text(text, encoding="utf-8")

    def session(self, files: Mapping[str, str], *paths: str) -> Session:
        self.write(files)
        session = Session()
        session.read(Request(paths or (".",), jobs=1))
        return session

    def report(self, files: Mapping[str, str], *paths: str) -> Report:
        session = self.session(files, *paths)
        return session.lint([*runs(*paths or (".",))])

    def findings(self, files: Mapping[str, str], *paths: str) -> list[Finding]:
        return list(self.report(files, *paths).findings)

    def images(self, files: Mapping[str, str]) -> list[str]:
        return [use.effective for use in self.session(files).index(World()).images]


def runs(*paths: str) -> list[Run]:
    from imagelint_rules import RULES

    return [run._replace(world=World(settings=run.world.settings, today=TODAY)) for run in plan_runs(paths, RULES)]


def places(findings: list[Finding]) -> list[tuple[str, str]]:
    """The rule and the place of each finding."""
    return [(finding.rule, f"{finding.place.path}:{finding.place.span.line}") for finding in findings]


@pytest.mark.parametrize(
    "patches",
    [
        {"patches": [{"patch": IMAGE_PATCH}]},
        {"patches": [{"patch": IMAGE_PATCH.replace('"web"', '"any"'), "target": {"kind": "Deployment"}}]},
        {"patches": [{"patch": JSON_PATCH, "target": {"kind": "Deployment", "name": "w.*"}}]},
        {"patches": [{"patch": JSON_PATCH, "target": {"name": "(api|web)"}}]},
        {"patchesStrategicMerge": [IMAGE_PATCH]},
    ],
    ids=["merge", "target", "json", "pattern", "old-field"],
)
def test_image_of_a_patch_is_deployed(patches: dict[str, Any], tree: Tree) -> None:
    assert tree.images({"web.yaml": deployment(), "kustomization.yaml": kustomized(**patches)}) == [NEW]


def test_component_changes_the_resources_beside_it(tree: Tree) -> None:
    files = {
        "app/kustomization.yaml": kustomized(components=["../registry"]),
        "app/web.yaml": deployment("web:1"),
        "registry/kustomization.yaml": json.dumps(
            {"kind": "Component", "images": [{"name": "web", "newName": "ghcr.io/acme/web"}]}
        ),
    }
    assert tree.images(files) == ["ghcr.io/acme/web:1"]


def test_pull_secret_of_a_patch_is_found_in_the_namespace_of_the_overlay(tree: Tree) -> None:
    files = {
        "kustomization.yaml": kustomized(
            namespace="prod", resources=["web.yaml", "secret.yaml"], patches=[{"path": "patch.yaml"}]
        ),
        "web.yaml": deployment("acme.azurecr.io/app:1"),
        "secret.yaml": json.dumps(docker_secret("pull", "acme.azurecr.io", namespace="system")),
        "patch.yaml": patch(imagePullSecrets=[{"name": "pull"}]),
    }
    assert places(tree.findings(files)) == []


@pytest.mark.parametrize(
    ("name", "rules"),
    [("pull", []), ("dev-pull", ["pull-secret-undefined"])],
    ids=["rewritten", "other"],
)
def test_names_with_prefix_and_suffix(name: str, rules: list[str], tree: Tree) -> None:
    files = {
        "kustomization.yaml": kustomized(resources=["web.yaml", "secrets"], namePrefix="dev-"),
        "web.yaml": deployment("acme.azurecr.io/app:1", imagePullSecrets=[{"name": name}]),
        "secrets/kustomization.yaml": kustomized(resources=["secret.yaml"], namePrefix="team-", nameSuffix="-1"),
        "secrets/secret.yaml": json.dumps(docker_secret("pull", "acme.azurecr.io", namespace="system")),
    }
    assert [finding.rule for finding in tree.findings(files)] == rules


@pytest.mark.parametrize(
    ("fields", "base", "expected"),
    [
        ("newName: ghrc.io/acme/web\n    newTag: '1.0'", WEB, ("misspelled-registry", "newName")),
        ("newTag: latest", WEB, ("latest-tag", "newTag")),
        ("newName: ghcr.io/acme/web", WEB, ("missing-tag", WEB)),
        ("newTag: '2.0'", "k8s.gcr.io/web", ("deprecated-registry", "k8s.gcr.io/web")),
        ("digest: sha256:123", "ghcr.io/acme/web:1", ("invalid-image-reference", "digest")),
    ],
    ids=["name", "tag", "no-tag", "base", "digest"],
)
def test_findings_are_at_the_text_that_decides(fields: str, base: str, expected: tuple[str, str], tree: Tree) -> None:
    fields = fields if base == WEB else f"{fields}\n  - name: {base.partition(':')[0]}\n    {fields}"
    findings = tree.findings(overlay(fields, base=base))
    finding = next(one for one in findings if one.rule == expected[0])
    line = (tree.folder / finding.place.path).read_text(encoding="utf-8").splitlines()[finding.place.span.line - 1]
    assert expected[1] in line
    assert finding.units == ("overlays/prod",)


def test_the_image_in_the_base_is_a_related_place(tree: Tree) -> None:
    (finding,) = tree.findings(overlay("newName: ghrc.io/acme/web\n    newTag: '1.0'"))
    assert str(finding.place.path) == "overlays/prod/kustomization.yaml"
    assert [(related.place.path, related.place.span.line) for related in finding.related] == [
        ("base/deployment.yaml", 12)
    ]


def test_what_several_overlays_show_is_one_finding(tree: Tree) -> None:
    files = overlay("newTag: '1.0'", base="k8s.gcr.io/pause:3.2")
    files["overlays/dev/kustomization.yaml"] = OVERLAY.replace("FIELDS", "newTag: '2.0'")
    dead = [finding for finding in tree.findings(files) if finding.rule == "deprecated-registry"]
    assert [(finding.place.path, finding.units) for finding in dead] == [
        ("base/deployment.yaml", ("overlays/dev", "overlays/prod"))
    ]


@pytest.mark.parametrize("where", ["overlays/prod/kustomization.yaml", "base/deployment.yaml"])
def test_a_comment_at_either_place_suppresses(where: str, tree: Tree) -> None:
    files = overlay("newTag: latest")
    comment = "  # imagelint: ignore[latest-tag] as agreed"
    files[where] = re.sub(r"(newTag: latest|image: .*web)$", rf"\1{comment}", files[where], flags=re.MULTILINE)
    report = tree.report(files)
    assert places(list(report.findings)) == []
    assert [known.finding.rule for known in report.suppressed] == ["latest-tag"]


def test_a_comment_that_suppresses_nothing_is_reported(tree: Tree) -> None:
    files = overlay("newTag: '1.2'  # imagelint: ignore[latest-tag] as agreed")
    assert places(tree.findings(files)) == [("unused-ignore", "overlays/prod/kustomization.yaml:4")]


@pytest.mark.parametrize(
    ("fields", "base", "path", "text"),
    [
        ("newName: ghrc.io/acme/web\n    newTag: '1.0'", WEB, "overlays/prod/kustomization.yaml", "ghcr.io/acme/web\n"),
        ("newTag: '1.0'", "k8s.gcr.io/pause:3.2", "base/deployment.yaml", "registry.k8s.io/pause:3.2"),
    ],
    ids=["overlay", "base"],
)
def test_a_fix_changes_the_text_that_decides(fields: str, base: str, path: str, text: str, tree: Tree) -> None:
    report = tree.report(overlay(fields, base=base))
    targets = {source.path: str(tree.folder / source.path) for source in report.found.files}
    (fixed,) = fixed_files(report.findings, report.found.files, targets, unsafe=True)
    assert (fixed.path, fixed.problem, fixed.notes) == (path, None, ())
    assert text in fixed.after.decode()


INLINE = """resources: [../../base]
patches:
  - patch: |-
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web}
      spec:
        template:
          spec:
            containers:
              - {name: web, image: IMAGE}
"""
INLINE_JSON = """resources: [../../base]
patches:
  - target: {kind: Deployment}
    patch: |
      - op: replace
        path: /spec/template/spec/containers/0/image
        value: IMAGE
"""


@pytest.mark.parametrize("text", [INLINE, INLINE_JSON])
def test_a_fix_changes_an_inline_patch(text: str, tree: Tree) -> None:
    files = overlay("newTag: '1.0'") | {
        "overlays/prod/kustomization.yaml": text.replace("IMAGE", "ghrc.io/acme/web:1.0")
    }
    report = tree.report(files)
    targets = {source.path: str(tree.folder / source.path) for source in report.found.files}
    (fixed,) = fixed_files(report.findings, report.found.files, targets, unsafe=True)
    assert fixed.notes == ()
    assert fixed.after.decode() == text.replace("IMAGE", "ghcr.io/acme/web:1.0")


def test_a_fix_leaves_a_value_that_an_alias_of_an_inline_patch_uses_elsewhere(tree: Tree) -> None:
    text = INLINE.replace("metadata: {name: web}", "metadata: {name: web, annotations: {image: *image}}")
    text = text.replace("      apiVersion", "      x: &image IMAGE\n      apiVersion").replace(
        "image: IMAGE", "image: *image"
    )
    files = overlay("newTag: '1.0'") | {
        "overlays/prod/kustomization.yaml": text.replace("IMAGE", "ghrc.io/acme/web:1.0")
    }
    report = tree.report(files)
    targets = {source.path: str(tree.folder / source.path) for source in report.found.files}
    assert not any(
        fixed.after != fixed.before for fixed in fixed_files(report.findings, report.found.files, targets, unsafe=True)
    )


def test_the_remedy_for_a_name_that_an_entry_matches_is_the_entry(tree: Tree) -> None:
    """Another name in the base would undo the match."""
    files = overlay("newTag: '1.0'", base="k8s.gcr.io/pause:3.2")
    files["overlays/prod/kustomization.yaml"] = OVERLAY.replace(f"name: {WEB}", "name: k8s.gcr.io/pause").replace(
        "FIELDS", "newTag: '3.9'"
    )
    (finding,) = tree.findings(files)
    assert finding.fix is None
    assert finding.help is not None
    assert "`newName: registry.k8s.io/pause`" in finding.help


def test_an_overlay_that_is_named_alone_reads_its_base(tree: Tree) -> None:
    files = overlay("newTag: '1.0'", base="k8s.gcr.io/pause:3.2")
    assert [rule for rule, _ in places(tree.findings(files, "overlays/prod"))] == [
        "unmatched-override",
        "deprecated-registry",
    ][::-1]


def test_a_file_of_a_base_is_judged_in_the_overlays_that_use_it(tree: Tree) -> None:
    files = overlay("newTag: latest", **{"other/web.yaml": deployment("nginx:latest")})
    (finding,) = tree.findings(files, "base/deployment.yaml")
    assert (finding.rule, finding.place.path) == ("latest-tag", "overlays/prod/kustomization.yaml")


def test_a_file_that_no_kustomization_lists_is_judged_as_it_is(tree: Tree) -> None:
    files = overlay("newTag: '1.0'", **{"base/extra.yaml": deployment("nginx:latest")})
    assert places(tree.findings(files, "base/extra.yaml")) == [("latest-tag", "base/extra.yaml:1")]


def test_a_kustomization_that_does_not_build_is_reported(tree: Tree) -> None:
    files = {
        "kustomization.yaml": kustomized(resources=["web.yaml", "gone.yaml"]),
        "web.yaml": deployment("nginx:latest"),
    }
    assert places(tree.findings(files)) == [("kustomize-refuses", "kustomization.yaml:1"), ("latest-tag", "web.yaml:1")]


def test_paths_of_one_file_that_are_missing_are_one_finding(tree: Tree) -> None:
    files = {"kustomization.yaml": "resources:\n  - a.yaml\n  - web.yaml\n  - b.yaml\n  - c.yaml\n"}
    (finding,) = tree.findings({**files, "web.yaml": deployment("nginx:1.29")})
    assert finding.message == "kustomize refuses this: `a.yaml` does not exist (2 more like it in this file)"
    assert [(other.place.span.line, other.message) for other in finding.related] == [
        (4, "`b.yaml` does not exist"),
        (5, "`c.yaml` does not exist"),
    ]


@pytest.mark.parametrize("part", ["gone.yaml", "https://github.com/acme/base?ref=v1", "../base"])
@pytest.mark.parametrize(
    "fields",
    [
        {"patches": [{"patch": "{apiVersion: v1, kind: Service, metadata: {name: web}}"}]},
        {"patches": [{"target": {"kind": "Deployment"}, "patch": "- {op: remove, path: /spec/x}"}]},
        {"replacements": [{"source": {"kind": "Job"}, "targets": [{"select": {"kind": "Deployment"}}]}]},
    ],
    ids=["patch", "json-patch", "replacement"],
)
def test_what_may_be_in_a_part_that_is_missing_is_not_missed(fields: dict[str, Any], part: str, tree: Tree) -> None:
    files = {"app/web.yaml": deployment("nginx:1.29"), "base/kustomization.yaml": kustomized(resources=["gone.yaml"])}
    files["app/kustomization.yaml"] = kustomized(resources=["web.yaml", part], **fields)
    refused = [place for rule, place in places(tree.findings(files, "app")) if rule == "kustomize-refuses"]
    where = {"gone.yaml": ["app/kustomization.yaml:1"], "../base": ["base/kustomization.yaml:1"]}
    assert refused == where.get(part, [])
    files["app/kustomization.yaml"] = kustomized(resources=["web.yaml"], **fields)
    del files["base/kustomization.yaml"]
    assert places(tree.findings(files, "app")) == [("kustomize-refuses", "app/kustomization.yaml:1")]


def test_a_file_above_a_kustomization_is_an_info(tree: Tree) -> None:
    files = {"web.yaml": deployment("nginx:1.29"), "app/kustomization.yaml": kustomized(resources=["../web.yaml"])}
    assert [(finding.rule, finding.severity) for finding in tree.findings(files)] == [("kustomize-refuses", "info")]


def test_a_defect_costs_one_kustomization_alone(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(state: State, layer: Layer) -> None:
        del state
        if layer.folder.shown == "a":
            raise TypeError

    monkeypatch.setattr(build, "generators", broken)
    listing = kustomized(resources=["web.yaml"])
    files = {"a/kustomization.yaml": listing, "b/kustomization.yaml": listing}
    found = tree.findings({**files, "a/web.yaml": deployment("nginx"), "b/web.yaml": deployment("redis:latest")})
    assert {finding.rule for finding in found} == {"internal-error", "missing-tag", "latest-tag"}


def test_an_entry_that_matches_nothing_is_reported_with_the_nearest_name(tree: Tree) -> None:
    files = overlay("newTag: '1.0'", base="ghcr.io/acme/wep:1.0")
    files["overlays/prod/kustomization.yaml"] = OVERLAY.replace(f"name: {WEB}", "name: ghcr.io/acme/web").replace(
        "FIELDS", "newTag: '1.0'"
    )
    (finding,) = tree.findings(files)
    assert (finding.rule, finding.place.span.line) == ("unmatched-override", 3)
    assert "ghcr.io/acme/wep" in finding.message


@pytest.mark.parametrize(
    ("target", "is_reported"),
    [
        ({"kind": "Deployment", "name": "wep"}, True),
        ({"name": "other"}, True),
        ({"kind": "Deploymnet"}, True),
        ({"kind": "Deployment", "version": "v1beta1"}, True),
        ({"kind": "StatefulSet"}, False),
        ({"kind": "Deployment", "labelSelector": "app=other"}, False),
        ({"annotationSelector": "example.com/patched"}, False),
    ],
    ids=str,
)
def test_a_patch_for_all_objects_of_a_kind_needs_none(target: dict[str, str], is_reported: bool, tree: Tree) -> None:
    kustomization = kustomized(patches=[{"target": target, "patch": JSON_PATCH}])
    found = tree.findings({"kustomization.yaml": kustomization, "web.yaml": deployment("nginx:1.29")})
    assert [finding.rule for finding in found] == ["unmatched-override"] * is_reported


@pytest.mark.parametrize(("second", "is_reported"), [("ghcr.io/acme/other:1.0", True), (f"{WEB}:1.0", False)])
def test_an_entry_of_a_component_may_be_for_another_overlay(second: str, is_reported: bool, tree: Tree) -> None:
    component = {"apiVersion": "kustomize.config.k8s.io/v1alpha1", "kind": "Component"}
    files = {"c/kustomization.yaml": json.dumps({**component, "images": [{"name": WEB, "newTag": "2.0"}]})}
    for folder, image in (("a", "ghcr.io/acme/api:1.0"), ("b", second)):
        files[f"{folder}/kustomization.yaml"] = kustomized(components=["../c"])
        files[f"{folder}/web.yaml"] = deployment(image)
    found = tree.findings(files)
    assert [(finding.rule, finding.units) for finding in found] == [("unmatched-override", ("a", "b"))] * is_reported


def test_parts_that_are_remote_are_named_in_a_note(tree: Tree) -> None:
    files = {
        "kustomization.yaml": kustomized(resources=["web.yaml", "https://github.com/acme/base?ref=v1"]),
        "web.yaml": deployment("nginx:1.29"),
    }
    report = tree.report(files)
    assert places(list(report.findings)) == []
    assert len([note for note in report.notes if "built without" in note]) == 1


def test_each_container_is_listed_as_it_is_deployed(tree: Tree) -> None:
    files = overlay("newName: ghcr.io/acme/web\n    newTag: '1.0'\nnamespace: prod\nnamePrefix: eu-")
    tree.write(files)
    (entry,) = json.loads(imagelint("images", "--format=json", ".", cwd=tree.folder).stdout)
    assert (entry["image"], entry["written"], entry["unit"]) == ("ghcr.io/acme/web:1.0", WEB, "overlays/prod")
    assert (entry["path"], entry["line"]) == ("base/deployment.yaml", 12)
    assert (entry["resource"]["namespace"], entry["resource"]["name"]) == ("prod", "eu-web")


def test_a_buffer_of_an_overlay_is_built_again(tree: Tree) -> None:
    from imagelint.text.source import Source

    session = tree.session(overlay("newTag: '1.0'"))
    given = runs(".")
    assert places(list(session.lint(given).findings)) == []
    path = "overlays/prod/kustomization.yaml"
    session.update(Source(SourceId(path), OVERLAY.replace("FIELDS", "newTag: latest").encode()))
    assert places(list(session.lint(given).findings)) == [("latest-tag", f"{path}:4")]
    session.forget(SourceId(path))


@pytest.mark.parametrize(
    ("generator", "is_known"),
    [
        ({"files": [".dockerconfigjson=config.json"]}, False),
        ({"literals": [".dockerconfigjson={}"]}, True),
        ({"envs": ["secret.env"]}, False),
        ({"type": "Opaque", "files": ["config.json"]}, False),
    ],
    ids=["file", "literal", "env", "other-type"],
)
def test_a_generated_secret_is_deployed(generator: dict[str, Any], is_known: bool, tree: Tree) -> None:
    entry = {"name": "pull", "type": "kubernetes.io/dockerconfigjson", **generator}
    session = tree.session({"kustomization.yaml": json.dumps({"secretGenerator": [entry]})})
    (secret,) = session.index(World()).secrets.all
    assert secret.plain_name == "pull"
    assert (secret.config is not None) == is_known


def test_generated_secret_without_its_key_is_refused(tree: Tree) -> None:
    entry = {"name": "pull", "type": "kubernetes.io/dockerconfigjson", "literals": ["config.json={}"]}
    (finding,) = tree.findings({"kustomization.yaml": json.dumps({"secretGenerator": [entry]})})
    assert finding.rule == "pull-secret-malformed"


def test_message_and_resource_name_one_namespace(tree: Tree) -> None:
    files = {
        "kustomization.yaml": kustomized(namespace="prod"),
        "web.yaml": deployment("acme.azurecr.io/web:1.4", imagePullSecrets=[{"name": "regcred"}]),
    }
    (finding,) = tree.findings(files)
    assert finding.subject.resource is not None
    assert finding.subject.resource.namespace == "prod"
    assert "Deployment prod/web" in finding.message
    assert "`prod`" in finding.message


def test_an_image_that_two_levels_rewrite(tree: Tree) -> None:
    digest = f"sha256:{'a' * 64}"
    files = {
        "base/pod.yaml": (
            "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n"
            "spec: {containers: [{name: a, image: 'app:1'}, {name: b, image: 'app-b@sha256:x'}]}\n"
        ),
        "base/kustomization.yaml": "resources: [pod.yaml]\nimages: [{name: app, newName: ghcr.io/acme/app}]\n",
        "prod/kustomization.yaml": (
            "namespace: prod\nresources: [../base]\nimages: [{name: ghcr.io/acme/app, newTag: '2'}]\n"
        ),
        "test/kustomization.yaml": f"resources: [../base]\nimages: [{{name: app-b, digest: '{digest}'}}]\n",
    }
    uses = tree.session(files).index(World()).images
    assert [(use.pod.namespace, use.effective) for use in uses] == [
        ("prod", "ghcr.io/acme/app:2"),
        ("prod", "app-b@sha256:x"),
        (None, "ghcr.io/acme/app:1"),
        (None, f"app-b@{digest}"),
    ]


@pytest.mark.parametrize("rule", [kustomize_refuses.RULE, unmatched_override.RULE], ids=lambda rule: rule.name)
def test_examples_of_rules_about_kustomizations(rule: Rule, tree: Tree) -> None:
    bad, good = (example.text for example in rule.examples)
    files = {"deployment.yaml": BASE.replace("IMAGE", "ghcr.io/acme/api:1.0")}
    assert [finding.rule for finding in tree.findings({**files, "kustomization.yaml": bad})] == [rule.name]
    assert tree.findings({**files, "kustomization.yaml": good}) == []


@pytest.mark.parametrize(("listed", "severity"), [("web.json", "info"), ("other.json", "error")])
def test_a_kustomization_may_get_its_image_later(listed: str, severity: str, tree: Tree) -> None:
    """`kustomize edit set image controller=…` is run before it is deployed."""
    local = json.dumps(pod("controller:latest", imagePullPolicy="Always"))
    other = json.dumps(docker_secret("pull", "quay.io"))
    files = {"web.json": local, "other.json": other, "kustomization.yaml": f"resources: [{listed}]\n"}
    found = [finding for finding in tree.findings(files) if finding.rule == "dead-image"]
    assert [finding.severity for finding in found] == [severity]


@pytest.mark.parametrize("pattern", ["secret.yaml", "*.yaml", "/secret.yaml"])
def test_a_file_that_is_never_committed_is_noted(pattern: str, tree: Tree) -> None:
    files = {
        ".gitignore": f"{pattern}\n!web.json\n!kustomization.yaml\n",
        "kustomization.yaml": kustomized(resources=["web.json", "secret.yaml"]),
        "web.json": deployment("nginx:1.29"),
    }
    report = tree.report(files)
    assert places(list(report.findings)) == []
    assert [note for note in report.notes if "secret.yaml" in note and "built without" in note]


@pytest.mark.parametrize("listing", [{"resources": []}, {"resources": ["empty.yaml"]}], ids=["nothing", "empty file"])
def test_an_overlay_without_objects_changes_those_of_a_chart(listing: dict[str, Any], tree: Tree) -> None:
    patch = '{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": {"replicas": 2}}'
    files = {"empty.yaml": "# helm template writes this\n", "patch.yaml": patch}
    files["kustomization.yaml"] = kustomized(**listing, patches=[{"path": "patch.yaml"}])
    assert places(tree.findings(files)) == []


def test_a_patch_may_match_what_is_written_into_an_empty_file_later(tree: Tree) -> None:
    """Flux writes its components into the file when it is installed."""
    patches = [{"target": {"kind": "Deployment", "name": "source-controller"}, "patch": JSON_PATCH}]
    kustomization = kustomized(resources=["components.yaml"], patches=patches)
    files = {"kustomization.yaml": kustomization, "components.yaml": "# not installed yet\n"}
    assert places(tree.findings(files)) == []
    full = tree.findings({**files, "components.yaml": json.dumps(docker_secret("pull", "quay.io"))})
    assert [rule for rule, _ in places(full)] == ["unmatched-override"]


def many_overlays(count: int, *patches: str) -> dict[str, str]:
    """Overlays that each have a base of their own, whose image they pin."""
    files: dict[str, str] = {}
    images = [{"name": "controller", "newName": "quay.io/acme/controller", "newTag": "v1"}]
    for number in range(count):
        listed = {"images": images, "patches": [{"patch": patch} for patch in patches]}
        files[f"over-{number}/kustomization.yaml"] = kustomized(resources=[f"../base-{number}"], **listed)
        files[f"base-{number}/kustomization.yaml"] = kustomized(resources=["web.json"])
        files[f"base-{number}/web.json"] = deployment()
    return files


def test_what_all_overlays_cost_has_a_bound(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overlays, "Allowance", partial(Allowance, 475))
    files = many_overlays(5)
    report = tree.report(files)
    # The first overlays are built; the others are not, and the files that they are built of count as they are.
    assert {place for _, place in places(list(report.findings))} == {"base-3/web.json:1", "base-4/web.json:1"}
    note = "over-3, over-4: not built, as all overlays together take more than 475 steps to build; "
    assert [one for one in report.notes if "not built" in one] == [f"{note}what they are built of was linted as it is"]
    assert tree.report(files).findings == report.findings


def test_a_change_of_one_file_may_cost_as_much_again(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overlays, "Allowance", partial(Allowance, 600))
    session = tree.session(many_overlays(3))
    for _ in range(5):
        session.update(Source(SourceId("over-1/kustomization.yaml"), kustomized(resources=["../base-1"]).encode()))
    uses = [use.effective for use in session.index(World()).images]
    assert sorted(uses) == ["controller:latest", *["quay.io/acme/controller:v1"] * 2]


def test_ten_thousand_overlays_and_three_hundred_of_a_large_base_are_built(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    allowance = Allowance()
    full = allowance.left
    monkeypatch.setattr(overlays, "Allowance", lambda: allowance)
    tree.session(many_overlays(10, *[IMAGE_PATCH] * 5))
    assert (full - allowance.left) * 1000 < full
    allowance.left = full
    many = {f"many/{number}.json": deployment().replace("web", f"web-{number}") for number in range(50)}
    base = {"many/kustomization.yaml": kustomized(resources=[f"{number}.json" for number in range(50)])}
    over = {f"of-many-{number}/kustomization.yaml": kustomized(resources=["../many"]) for number in range(30)}
    tree.session({**many, **base, **over}, "many", *[f"of-many-{number}" for number in range(30)])
    assert (full - allowance.left) * 10 * 2 < full
