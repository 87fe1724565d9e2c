"""Folders that objects of Flux and Argo CD deploy are judged with what these change in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from imagelint.runs import plan_runs
from imagelint.session import Request, Session
from imagelint.sources import gitops_units
from imagelint.world.world import World
from imagelint_rules import RULES

if TYPE_CHECKING:
    from pathlib import Path

    from imagelint.linting.finding import Finding

FLUX = """apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: web, namespace: flux-system}
spec:
  path: ./apps/web
  sourceRef: {kind: GitRepository, name: flux-system}
"""
APPLICATION = """apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: web, namespace: argocd}
spec:
  destination: {namespace: prod}
  source:
    repoURL: https://git.example.com/acme/deploy
    path: apps/web
"""
SET = """apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: all}
spec:
  generators:
    - GENERATOR
  template:
    metadata: {name: "web-{{NAME}}"}
    spec:
      destination: {namespace: "{{NAME}}"}
      source: {repoURL: https://git.example.com/acme/deploy, path: "{{PATH}}"}
"""


def pod(*images: str, name: str = "web") -> str:
    containers = ", ".join(f'{{name: c{number}, image: "{image}"}}' for number, image in enumerate(images))
    return f"apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\nspec: {{containers: [{containers}]}}\n"


WEB = {"apps/web/kustomization.yaml": "resources: [pod.yaml]\n", "apps/web/pod.yaml": pod("web")}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def session(root: Path, files: dict[str, str]) -> Session:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    found = Session()
    found.read(Request(["."], jobs=1))
    return found


def deployed(root: Path, files: dict[str, str]) -> list[tuple[str | None, str]]:
    """The namespace and the image of each container."""
    uses = session(root, files).index(World()).images
    return sorted(((use.pod.namespace, use.effective) for use in uses), key=str)


def findings(root: Path, files: dict[str, str]) -> list[Finding]:
    return list(session(root, files).lint(plan_runs(["."], RULES)).findings)


OPERATION = "{op: replace, path: /spec/containers/0/image, value: web:3}"
PATCHES = f"  patches: [{{target: {{kind: Pod}}, patch: '[{OPERATION}]'}}]\n"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("  targetNamespace: prod\n", [("prod", "web")]),
        ("  images: [{name: web, newName: ghcr.io/acme/web, newTag: '2'}]\n", [(None, "ghcr.io/acme/web:2")]),
        (
            PATCHES,
            [(None, "web:3")],
        ),
        ("  components: [../images]\n", [(None, "ghcr.io/acme/web:4")]),
    ],
    ids=["namespace", "images", "patches", "components"],
)
def test_what_flux_changes(fields: str, expected: list[tuple[str | None, str]], root: Path) -> None:
    component = "kind: Component\nimages: [{name: web, newName: ghcr.io/acme/web, newTag: '4'}]\n"
    files = {**WEB, "apps/images/kustomization.yaml": component, "clusters/web.yaml": FLUX + fields}
    assert deployed(root, files) == expected


@pytest.mark.parametrize(
    ("deploying", "kustomization", "refused"),
    [(APPLICATION, None, False), (APPLICATION, "resources: [pod.yaml]\n", True), (FLUX, None, True)],
)
def test_argo_cd_takes_the_last_of_equal_keys(
    deploying: str, kustomization: str | None, root: Path, *, refused: bool
) -> None:
    files = {"apps/web/pod.yaml": pod("web:1") + "metadata: {name: web}\n", "deploy/web.yaml": deploying}
    if kustomization is not None:
        files["apps/web/kustomization.yaml"] = kustomization
    messages = [one.message for one in findings(root, files) if one.rule == "kustomize-refuses"]
    assert any("`metadata` is there twice" in message for message in messages) is refused


@pytest.mark.parametrize(("fields", "refused"), [("  components: [../extra]\n", False), ("", True)])
def test_a_patch_may_be_for_a_component_that_flux_adds(fields: str, root: Path, *, refused: bool) -> None:
    files = {
        "apps/web/kustomization.yaml": "resources: [pod.yaml]\npatches: [{path: policy.yaml}]\n",
        "apps/web/pod.yaml": pod("web:1"),
        "apps/web/policy.yaml": "apiVersion: acme.io/v1\nkind: Policy\nmetadata: {name: web}\nspec: {}\n",
        "apps/extra/kustomization.yaml": "kind: Component\nresources: [policy.yaml]\n",
        "apps/extra/policy.yaml": "apiVersion: acme.io/v1\nkind: Policy\nmetadata: {name: web}\n",
        "clusters/web.yaml": FLUX + fields,
    }
    assert [one.rule for one in findings(root, files) if one.rule == "kustomize-refuses"] == [
        "kustomize-refuses"
    ] * refused


@pytest.mark.parametrize(
    ("post_build", "image", "expected"),
    [
        ("substitute: {TAG: '2'}", "web:${TAG}", "web:2"),
        ("substitute: {TAG: '2'}", "web:${TAG:=1}", "web:2"),
        ("substitute: {OTHER: '2'}", "web:${TAG:=1}", "web:1"),
        ("substitute: {OTHER: '2'}", "web:${TAG:-1}", "web:1"),
        ("substitute: {TAG: '2'}", "web:$${TAG}", "web:${TAG}"),
        ("substitute: {OTHER: '2'}", "web${TAG}:1", "web:1"),
        ("substituteFrom: [{kind: ConfigMap, name: settings}]", "${REGISTRY}/web:1", "ghcr.io/web:1"),
        ("substituteFrom: [{kind: Secret, name: hidden}]", "${REGISTRY}/web:1", "${REGISTRY}/web:1"),
    ],
)
def test_what_flux_substitutes(post_build: str, image: str, expected: str, root: Path) -> None:
    settings = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {REGISTRY: ghcr.io}\n"
    files = {
        "apps/web/pod.yaml": pod(image),
        "apps/web/settings.yaml": settings,
        "clusters/web.yaml": f"{FLUX}  postBuild:\n    {post_build}\n",
    }
    assert deployed(root, files) == [(None, expected)]


@pytest.mark.parametrize(
    ("kustomize", "expected"),
    [
        ("images: ['web=ghcr.io/acme/web:2']", [("prod", "ghcr.io/acme/web:2")]),
        ("images: ['web:2']", [("prod", "web:2")]),
        ("namespace: other", [("other", "web")]),
    ],
)
def test_what_an_application_changes(kustomize: str, expected: list[tuple[str | None, str]], root: Path) -> None:
    files = {**WEB, "argocd/web.yaml": f"{APPLICATION}    kustomize:\n      {kustomize}\n"}
    assert deployed(root, files) == expected


REFUSED = ["kustomize-refuses", "missing-tag"]


@pytest.mark.parametrize(("text", "rules"), [(APPLICATION, ["missing-tag"]), (FLUX, REFUSED)])
@pytest.mark.parametrize("field", ["kind: Pod\n", "metadata: {name: web}\n"])
def test_a_key_that_is_there_twice_is_refused_by_kustomize_alone(
    text: str, rules: list[str], field: str, root: Path
) -> None:
    files = {"apps/web/pod.yaml": pod("ghcr.io/acme/web").replace(field, field * 2), "clusters/web.yaml": text}
    assert sorted(one.rule for one in findings(root, files)) == rules
    files["apps/web/kustomization.yaml"] = "resources: [pod.yaml]\n"
    assert sorted(one.rule for one in findings(root, files)) == REFUSED


def test_a_patch_counts_once_where_its_folder_is_here_and_by_itself_where_it_is_not(root: Path) -> None:
    patch = "{target: {kind: Pod}, patch: '[{op: add, path: /spec/containers/-, value: {name: b, image: b:1}}]'}"
    flux = f"{FLUX}  patches:\n    - {patch}\n"
    assert deployed(root, {**WEB, "clusters/web.yaml": flux}) == [(None, "b:1"), (None, "web")]
    listed = {"clusters/kustomization.yaml": "resources: [web.yaml]\n"}
    elsewhere = {**WEB, **listed, "clusters/web.yaml": flux.replace("apps/web", "apps/other")}
    assert deployed(root, elsewhere) == [("flux-system", "b:1"), (None, "web")]


def test_the_namespace_of_a_destination_is_that_of_objects_without_one(root: Path) -> None:
    own = pod("other:1", name="own").replace("{name: own}", "{name: own, namespace: own}")
    files = {"apps/web/pod.yaml": pod("web:1"), "apps/web/own.yaml": own, "argocd/web.yaml": APPLICATION}
    assert deployed(root, files) == [("own", "other:1"), ("prod", "web:1")]


@pytest.mark.parametrize(
    ("generator", "name", "path"),
    [
        ("list: {elements: [{env: web, dir: apps/web}, {env: api, dir: apps/api}]}", "env", "dir"),
        ("git: {directories: [{path: 'apps/*'}, {path: apps/old, exclude: true}]}", "path.basename", "path"),
        ("git: {directories: [{path: 'apps/*'}, {path: apps/old, exclude: true}]}", ".path.basename", ".path.path"),
    ],
    ids=["list", "directories", "go-templates"],
)
def test_applications_of_a_set(generator: str, name: str, path: str, root: Path) -> None:
    text = SET.replace("GENERATOR", generator).replace("NAME", name).replace("PATH", path)
    files = {f"apps/{folder}/pod.yaml": pod(f"{folder}:1") for folder in ("web", "api", "old")}
    assert deployed(root, {**files, "argocd/all.yaml": text}) == [("api", "api:1"), ("web", "web:1"), (None, "old:1")]


LISTS = "{list: {elements: [{app: web, env: dev}, {app: api, env: dev}]}}"
OTHERS = "{list: {elements: [{app: web, env: prod}, {app: x}]}}"
CLUSTERS = "{list: {elements: [{c: a}]}}"
FOLDERS, APPS = "{list: {elements: [{a: apps}]}}", "{list: {elements: [{b: web}]}}"
# Each with the fields for the name and the path, and what is deployed.
GENERATORS = {
    "directories and a list": (
        "matrix: {generators: [{git: {directories: [{path: 'apps/*'}]}}, {list: {elements: [{env: a}, {env: b}]}}]}",
        "{{env}}-{{path.basename}}",
        "{{path}}",
        [("a-api", "api:1"), ("a-web", "web:1"), ("b-api", "api:1"), ("b-web", "web:1")],
    ),
    "a list that names directories": (
        "matrix: {generators: [{list: {elements: [{app: web}]}}, {git: {directories: [{path: 'apps/{{app}}'}]}}]}",
        "{{path.basename}}",
        "{{path}}",
        [("web", "web:1"), (None, "api:1")],
    ),
    "clusters that nobody knows": (
        "matrix: {generators: [{clusters: {}}, {git: {directories: [{path: 'apps/*'}]}}]}",
        "{{path.basename}}",
        "{{path}}",
        [("api", "api:1"), ("web", "web:1")],
    ),
    "a matrix in a matrix": (
        f"matrix: {{generators: [{{matrix: {{generators: [{FOLDERS}, {APPS}]}}}}, {CLUSTERS}]}}",
        "{{c}}",
        "{{a}}/{{b}}",
        [("a", "web:1"), (None, "api:1")],
    ),
    "merged": (
        f"merge: {{mergeKeys: [app], generators: [{LISTS}, {OTHERS}]}}",
        "{{env}}",
        "apps/{{app}}",
        [("dev", "api:1"), ("prod", "web:1")],
    ),
    "merged with clusters that nobody knows": (
        f"merge: {{mergeKeys: [app], generators: [{{clusters: {{}}}}, {LISTS}]}}",
        "{{app}}",
        "apps/{{app}}",
        [("api", "api:1"), ("web", "web:1")],
    ),
    "files": (
        "git: {files: [{path: 'envs/**/app.json'}]}",
        "{{env.name}}",
        "{{app}}",
        [("dev", "web:1"), ("prod", "api:1")],
    ),
    "values": (
        "git: {directories: [{path: 'apps/*'}], values: {env: 'of-{{path.basename}}'}}",
        "{{values.env}}",
        "{{path}}",
        [("of-api", "api:1"), ("of-web", "web:1")],
    ),
    "segments": (
        "git: {directories: [{path: 'apps/*'}]}",
        "{{ index .path.segments 1 }}",
        "{{ .path.path }}",
        [("api", "api:1"), ("web", "web:1")],
    ),
    "a prefix": (
        "git: {pathParamPrefix: dir, directories: [{path: 'apps/*'}]}",
        "{{dir.path.basename}}",
        "{{dir.path}}",
        [("api", "api:1"), ("web", "web:1")],
    ),
}


@pytest.mark.parametrize("kind", GENERATORS)
def test_generators(kind: str, root: Path) -> None:
    generator, name, path, expected = GENERATORS[kind]
    text = SET.replace("web-{{NAME}}", "{{NAME}}").replace("{{NAME}}", name).replace("{{PATH}}", path)
    files = {f"apps/{folder}/pod.yaml": pod(f"{folder}:1") for folder in ("web", "api")}
    files |= {"envs/eu/dev/app.json": '{"app": "apps/web", "env": {"name": "dev"}}'}
    files |= {"envs/app.json": '[{"app": "apps/api", "env": {"name": "prod"}}]', "envs/bad/app.json": "[1, {"}
    assert deployed(root, {**files, "argocd/all.yaml": text.replace("GENERATOR", generator)}) == expected


def test_generators_are_bounded(root: Path) -> None:
    """Products of products, and what names files outside of the repository."""
    elements = ", ".join(f"{{e{{}}: v{number}}}" for number in range(1000))
    parts = [f"{{list: {{elements: [{elements.replace('{}', letter)}]}}}}" for letter in "ab"]
    text = SET.replace("GENERATOR", f"matrix: {{generators: [{', '.join(parts)}]}}").replace("PATH", "apps/web")
    outside = SET.replace("GENERATOR", "git: {files: [{path: '../*.json'}, {path: '/etc/*'}, {path: '**'}]}")
    (root / "loop").symlink_to(root)
    assert deployed(root, {**WEB, "a.yaml": text, "b.yaml": outside}) == [(None, "web")]


def test_a_deployment_of_another_repository_is_left_alone(root: Path) -> None:
    elsewhere = APPLICATION.replace("apps/web", "manifests").replace("name: web,", "name: other,")
    files = {**WEB, "argocd/web.yaml": APPLICATION.replace("apps/web", "gone"), "argocd/other.yaml": elsewhere}
    assert deployed(root, files) == [(None, "web")]


def test_applications_of_applications(root: Path) -> None:
    top = APPLICATION.replace("apps/web", "apps").replace("name: web,", "name: top,")
    files = {"apps/web.yaml": APPLICATION.replace("apps/web", "web"), "web/pod.yaml": pod("web:1"), "top.yaml": top}
    assert deployed(root, files) == [("prod", "web:1")]


@pytest.mark.parametrize("text", [FLUX + "  images: [{name: web, newName: ghrc.io/acme/web, newTag: '1'}]\n"])
def test_findings_are_at_the_object_that_decides(text: str, root: Path) -> None:
    (finding,) = findings(root, {**WEB, "clusters/web.yaml": text})
    assert (finding.rule, finding.place.path, finding.place.span.line) == (
        "misspelled-registry",
        "clusters/web.yaml",
        7,
    )
    assert finding.units == ("apps/web (Kustomization flux-system/web)",)


@pytest.mark.parametrize(
    ("registry", "tag", "expected"),
    [("ghrc.io", "1.0", ("misspelled-registry", 9)), ("ghcr.io", "latest", ("latest-tag", 10))],
)
def test_values_are_reported_where_they_are_substituted_from(
    registry: str, tag: str, expected: tuple[str, int], root: Path
) -> None:
    text = f"{FLUX}  postBuild:\n    substitute:\n      REGISTRY: {registry}\n      TAG: '{tag}'\n"
    files = {"apps/web/pod.yaml": pod("${REGISTRY}/acme/web:${TAG}"), "clusters/web.yaml": text}
    (finding,) = findings(root, files)
    assert (finding.rule, finding.place.span.line) == expected


@pytest.mark.parametrize(
    ("image", "values", "line"),
    [
        ("${IMAGE}", {"IMAGE": "ghcr.io/acme/web:latest"}, 9),
        ("ghcr.io/${REPOSITORY}", {"REGISTRY": "ghcr.io", "REPOSITORY": "acme/web:latest"}, 10),
        ("${REGISTRY}/acme/web:latest", {"REGISTRY": "ghcr.io"}, None),
    ],
)
def test_a_value_at_the_end_has_the_tag(image: str, values: dict[str, str], line: int | None, root: Path) -> None:
    text = f"{FLUX}  postBuild:\n    substitute:\n" + "".join(f"      {key}: {values[key]}\n" for key in values)
    (finding,) = findings(root, {"apps/web/pod.yaml": pod(image), "clusters/web.yaml": text})
    assert finding.rule == "latest-tag"
    assert (finding.place.path == "clusters/web.yaml") == (line is not None)
    assert line is None or finding.place.span.line == line


@pytest.mark.parametrize("path", ["../../etc", "/", "", "a/../..", "apps/\x00", "{{path}}"])
def test_paths_that_lead_nowhere(path: str, root: Path) -> None:
    text = FLUX.replace("./apps/web", f'"{path}"'.replace("\x00", "\\0"))
    assert deployed(root, {**WEB, "clusters/web.yaml": text}) == [(None, "web")]


def test_objects_of_all_deployments_are_bounded(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gitops_units, "_MOST_OBJECTS", 2)
    elements = "list: {elements: [{name: a}, {name: b}, {name: c}, {name: d}]}"
    text = SET.replace("GENERATOR", elements).replace("NAME", "name").replace("{{PATH}}", "apps/web")
    found = session(root, {**WEB, "argocd/set.yaml": text})
    units = found.input.units.values()
    assert [unit.deployed_by for unit in units] == ["Application web-a", "Application web-b"]
    assert [remark.text for unit in units for remark in unit.left_out] == [
        "too many objects are deployed by Flux and Argo CD"
    ]


@pytest.mark.parametrize(
    ("deploying", "rules"), [(FLUX, []), (APPLICATION, ["kustomize-refuses"])], ids=["flux", "argo"]
)
def test_flux_builds_files_that_are_above_a_kustomization(deploying: str, rules: list[str], root: Path) -> None:
    files = {"apps/web/kustomization.yaml": "resources: [../pod.yaml]\n", "apps/pod.yaml": pod("nginx:1.29")}
    assert [finding.rule for finding in findings(root, {**files, "deploy.yaml": deploying})] == rules


IMAGE = "quay.io/acme/web:1"
EMPTY = {"apps/web/kustomization.yaml": "# later\n---\n", "apps/web/pod.yaml": pod(IMAGE)}


@pytest.mark.parametrize("deployment", [FLUX, APPLICATION])
def test_an_empty_kustomization_is_refused(deployment: str, root: Path) -> None:
    found = [(one.rule, one.place.path) for one in findings(root, {"web.yaml": deployment, **EMPTY})]
    assert found == [("kustomize-refuses", "apps/web/kustomization.yaml")]
    (root / "apps/web/pod.yaml").unlink()
    assert len(findings(root, {})) == 1


@pytest.mark.parametrize(
    "field", ["targetNamespace: prod", "images: [{name: quay.io/acme/web, newTag: '1'}]", "namePrefix: a-"]
)
def test_flux_writes_into_an_empty_kustomization(field: str, root: Path) -> None:
    assert findings(root, {"web.yaml": f"{FLUX}  {field}\n", **EMPTY}) == []


@pytest.mark.parametrize(
    ("files", "is_refused"),
    [
        (EMPTY, True),
        ({"base/kustomization.yml": "", "base/web.yaml": pod(IMAGE)}, True),
        # Nothing is listed yet, or any more.
        (
            {
                "base/kustomization.yaml": "",
                "base/dev/kustomization.yaml": "resources: [pod.yaml]\n",
                "base/dev/pod.yaml": pod(IMAGE),
            },
            False,
        ),
        ({"base/kustomization.yaml": "# resources:\n#   - web.yaml\n", "base/web.yaml": pod(IMAGE)}, False),
    ],
)
def test_an_empty_kustomization_that_nothing_deploys(files: dict[str, str], root: Path, *, is_refused: bool) -> None:
    found = findings(root, {"web.yaml": pod(IMAGE), **files})
    assert [one.rule for one in found] == ["kustomize-refuses"] * is_refused
