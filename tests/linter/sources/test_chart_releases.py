"""Charts are rendered with the values that the objects and tools of the repository give them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from imagelint.config.charts import RenderOptions
from imagelint.runs import plan_runs
from imagelint.session import Request, Session
from imagelint.world.world import World
from imagelint_rules import RULES
from linter.sources.charts import HELMS, IMAGE, POD, RELEASE, VALUES, chart, needs_helm, path_with, reported, write
from support import imagelint

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = needs_helm

APPLICATION = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop, namespace: argocd}
spec:
  destination: {namespace: prod}
  source:
    repoURL: https://git.example.com/acme/deploy
    path: charts/shop
    helm:
"""


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a chart, as the working folder."""
    (tmp_path / ".git").mkdir()
    write(tmp_path, chart("charts/shop"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", path_with(HELMS[0]))
    return tmp_path


def deployed(*, options: RenderOptions | None = None) -> list[tuple[str, str | None, str]]:
    """Set of values, namespace and image of everything that charts deploy."""
    session = Session()
    found = session.read(Request(["."], charts=options or RenderOptions()))
    images = session.index(World()).images
    return sorted(
        (found.units[use.pod.source].values, use.pod.namespace, use.written)
        for use in images
        if use.pod.source in found.units
    )


def test_application(tree: Path) -> None:
    """Later files, then the values of the Application, then its parameters win."""
    given = "      valueFiles: [dev.yaml, /envs/prod.yaml]\n"
    given += "      values: |\n        image:\n          registry: quay.io\n"
    given += "      parameters: [{name: image.tag, value: '1.10'}]\n"
    write(tree, {"apps/shop.yaml": APPLICATION + given})
    write(tree, {"charts/shop/dev.yaml": "image: {tag: dev, repository: acme/dev}\n"})
    write(tree, {"envs/prod.yaml": "image: {repository: acme/prod, registry: docker.io}\n"})
    assert deployed() == [("Application argocd/shop", "prod", "quay.io/acme/prod:1.10")]


def test_values_of_another_source(tree: Path) -> None:
    sources = """\
  sources:
    - {repoURL: https://git.example.com/acme/deploy, ref: values}
    - repoURL: https://git.example.com/acme/deploy
      path: charts/shop
      helm: {valueFiles: [$values/envs/prod.yaml], releaseName: web}
"""
    write(tree, {"apps/shop.yaml": APPLICATION.partition("  source:")[0] + sources})
    write(tree, {"envs/prod.yaml": "image: {tag: '9'}\n"})
    assert deployed() == [("Application argocd/shop", "prod", "ghcr.io/acme/shop:9")]


def test_application_set(tree: Path) -> None:
    text = APPLICATION.replace("kind: Application", "kind: ApplicationSet").replace("{name: shop,", "{name: all,")
    head, _, spec = text.partition("spec:\n")
    generators = "  generators: [{list: {elements: [{env: dev}, {env: prod}]}}]\n"
    generators += "  template:\n    metadata: {name: 's-{{env}}'}\n"
    spec = "    spec:\n" + "".join(f"    {line}\n" for line in spec.splitlines())
    spec = spec.replace("namespace: prod", "namespace: '{{env}}'")
    write(tree, {"set.yaml": f"{head}spec:\n{generators}{spec}          valueFiles: ['{{{{env}}}}.yaml']\n"})
    write(tree, {f"charts/shop/{env}.yaml": f"image: {{tag: {env}}}\n" for env in ("dev", "prod")})
    assert deployed() == [
        ("Application s-dev", "dev", "ghcr.io/acme/shop:dev"),
        ("Application s-prod", "prod", "ghcr.io/acme/shop:prod"),
    ]


def test_helm_release(tree: Path) -> None:
    given = "  targetNamespace: web\n  valuesFrom: [{kind: ConfigMap, name: v}]\n  values: {image: {tag: '2'}}\n"
    values = "  values.yaml: |\n    image: {tag: '1', repository: acme/web}\n"
    config = f"---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: v}}\ndata:\n{values}"
    write(tree, {"release.yaml": RELEASE + given + config})
    assert deployed() == [("HelmRelease apps/shop", "web", "ghcr.io/acme/web:2")]


@pytest.mark.parametrize("api_version", ["helm.fluxcd.io/v1", "flux.weave.works/v1beta1"])
def test_helm_release_of_the_first_flux(api_version: str, tree: Path) -> None:
    release = f"apiVersion: {api_version}\nkind: HelmRelease\nmetadata: {{name: shop, namespace: apps}}\nspec:\n"
    values = "  values: {image: {tag: '2'}}\n"
    of_git = "  chart: {git: git@git.example.com:acme/deploy, ref: main, path: charts/shop}\n"
    write(tree, {"release.yaml": release + of_git + values})
    assert deployed() == [("HelmRelease apps/shop", "apps", "ghcr.io/acme/shop:2")]
    published = "  chart: {repository: 'https://charts.example.com', name: charts/shop, version: 1.0.0}\n"
    write(tree, {"release.yaml": release + published + values})
    assert [name for name, *_ in deployed()] == ["values.yaml"]


def test_a_release_whose_chart_is_rendered_is_linted(tree: Path) -> None:
    write(tree, {"release.yaml": f"{RELEASE}  values: {{replicas: 2}}\n"})
    assert [name for name, *_ in deployed()] == ["HelmRelease apps/shop"]
    assert "name no image" not in imagelint(".", cwd=tree).stderr
    (tree / "charts/shop/Chart.yaml").unlink()
    write(tree, {"charts/shop/templates/pod.yaml": ""})
    assert "release.yaml: a release of a chart that names no image" in imagelint(".", cwd=tree).stderr


@pytest.mark.parametrize(
    ("written", "more", "tag"),
    [
        ("1.10", "", "1.10"),
        ("'007'", "", "007"),
        ("007", "", "007"),
        ("'\"5\"'", "", "5"),
        ("\"'5'\"", ", literal: true", "'5'"),
    ],
)
def test_a_single_value_of_a_config_map(written: str, more: str, tag: str, tree: Path) -> None:
    given = f"  valuesFrom: [{{kind: ConfigMap, name: v, valuesKey: tag, targetPath: image.tag{more}}}]\n"
    config = f"---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: v}}\ndata: {{tag: {written}}}\n"
    quoted = IMAGE.replace(".Values.image.tag", ".Values.image.tag | toString").replace('"', "")
    write(tree, {**chart("charts/shop", image=quoted), "release.yaml": RELEASE + given + config})
    assert deployed() == [("HelmRelease apps/shop", "apps", f"ghcr.io/acme/shop:{tag}")]


def test_a_single_value_of_a_secret_is_not_known(tree: Path) -> None:
    """All others are: what they leave unset is an error."""
    image = "{{ .Values.image.registry }}/{{ .Values.image.repository }}:{{ .Values.image.tag }}"
    write(tree, chart("charts/shop", image=image))
    entry = "{kind: Secret, name: s, valuesKey: k, targetPath: PATH}"
    write(tree, {"release.yaml": f"{RELEASE}  valuesFrom: [{entry.replace('PATH', 'image.tag')}]\n"})
    assert findings(tree) == []
    write(tree, {"release.yaml": f"{RELEASE}  valuesFrom: [{entry.replace('PATH', 'auth.password')}]\n"})
    assert [rule for rule, *_ in findings(tree)] == ["invalid-image-reference"]


CLUSTERS = """\
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: all}
spec:
  generators: [{matrix: {generators: [{clusters: {}}, {git: {directories: [{path: 'charts/*'}]}}]}}]
  template:
    metadata: {name: 's-{{name}}'}
    spec:
      destination: {namespace: 'shop-{{name}}'}
      source:
        repoURL: https://git.example.com/acme/deploy
        path: '{{path}}'
        helm: {parameters: [{name: image.tag, value: TAG}]}
"""


def test_fields_of_an_application_set_that_are_not_known(tree: Path) -> None:
    """The chart is deployed with what is known, and what is not makes no finding."""
    write(tree, {"set.yaml": CLUSTERS.replace("TAG", "'2'")})
    assert deployed() == [("Application s-{{name}}", None, "ghcr.io/acme/shop:2")]
    write(tree, {"set.yaml": CLUSTERS.replace("TAG", "'{{tag}}'")})
    assert findings(tree) == []


def test_helm_release_as_an_overlay_changes_it(tree: Path) -> None:
    write(tree, {"base/release.yaml": RELEASE, "base/kustomization.yaml": "resources: [release.yaml]\n"})
    change = "[{op: add, path: /spec/values, value: {image: {tag: v7}}}]"
    patch = f"patches: [{{patch: '{change}', target: {{kind: HelmRelease}}}}]\n"
    write(tree, {"prod/kustomization.yaml": f"resources: [../base]\nnamespace: prod\n{patch}"})
    assert deployed() == [("HelmRelease prod/shop", "prod", "ghcr.io/acme/shop:v7")]


def test_helmfile(tree: Path) -> None:
    """Each environment is a set of values; expressions that only helmfile can compute are unknown."""
    text = """\
environments:
  dev: {}
  prod: {}
---
releases:
  {{- if true }}
  - name: shop
    namespace: {{ .Environment.Name }}
    chart: ./charts/shop
    values:
      - envs/{{ .Environment.Name }}.yaml
      - image: {registry: quay.io}
    set: [{name: image.repository, value: acme/web}]
  {{- end }}
  - {name: other, chart: stable/nginx}
"""
    write(tree, {"helmfile.yaml": text, "envs/dev.yaml": "image: {tag: d}\n", "envs/prod.yaml": "image: {tag: p}\n"})
    assert deployed() == [
        ("release shop of helmfile.yaml (dev)", "dev", "quay.io/acme/web:d"),
        ("release shop of helmfile.yaml (prod)", "prod", "quay.io/acme/web:p"),
    ]


def test_a_helmfile_that_is_a_template_as_a_whole(tree: Path) -> None:
    release = "releases: [{name: web, namespace: {{ .Environment.Name }}, chart: ../charts/shop}]\n"
    write(tree, {"deploy/helmfile.yaml.gotmpl": release, "deploy/values/prod.yaml": "a: b\n"})
    ((_, namespace, image),) = deployed()
    assert (namespace, image) == ("default", "ghcr.io/acme/shop:3.1")


def test_skaffold_fleet_and_tilt(tree: Path) -> None:
    releases = "[{name: shop, chartPath: charts/shop, namespace: sk, valuesFiles: [s.yaml], setValues: {image.tag: x}}]"
    skaffold = f"apiVersion: skaffold/v4beta11\nkind: Config\ndeploy: {{helm: {{releases: {releases}}}}}\n"
    write(tree, {"skaffold.yaml": skaffold, "s.yaml": "image: {registry: quay.io}\n"})
    write(tree, {"fleet.yaml": "namespace: fl\nhelm: {chart: charts/shop, values: {image: {tag: f}}}\n"})
    call = (
        "# helm('charts/none')\nk8s_yaml(helm('charts/shop', name='t', namespace='ti', set=['image.tag=t', 'a=b']))\n"
    )
    write(tree, {"Tiltfile": call})
    assert [(namespace, image) for _, namespace, image in deployed()] == [
        ("fl", "ghcr.io/acme/shop:f"),
        ("sk", "quay.io/acme/shop:x"),
        ("ti", "ghcr.io/acme/shop:t"),
    ]


def test_a_chart_of_applications_is_followed(tree: Path) -> None:
    text = APPLICATION.replace("namespace: prod", "namespace: {{ .Values.env }}")
    given = "      valuesObject: {image: {tag: '{{ .Values.env }}'}}\n"
    write(tree, {"apps/Chart.yaml": "apiVersion: v2\nname: apps\nversion: 1.0.0\n", "apps/values.yaml": "env: dev\n"})
    write(tree, {"apps/templates/shop.yaml": text + given, "apps/values-prod.yaml": "env: prod\n"})
    assert deployed() == [
        ("Application argocd/shop", "dev", "ghcr.io/acme/shop:dev"),
        ("Application argocd/shop (2)", "prod", "ghcr.io/acme/shop:prod"),
    ]


def test_values_of_a_chart_alone_do_not_count_where_somebody_deploys_it(tree: Path) -> None:
    write(tree, {"charts/shop/values-x.yaml": "image: {tag: x}\n", "charts/shop/ci/a-values.yaml": "image: {tag: a}\n"})
    assert [values for values, _, _ in deployed()] == ["ci/a-values.yaml"]
    write(tree, {"release.yaml": RELEASE})
    assert [values for values, _, _ in deployed()] == ["HelmRelease apps/shop"]


def test_nothing_outside_of_the_repository_is_read(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside")
    write(outside, {"v.yaml": "image: {tag: leaked}\n", **chart("chart")})
    (tree / "link").symlink_to(outside)
    (tree / "charts/shop/link.yaml").symlink_to(outside / "v.yaml")
    given = f"      valueFiles: [link.yaml, /link/v.yaml, {outside}/v.yaml, ../../../{outside.name}/v.yaml]\n"
    write(tree, {"apps/shop.yaml": APPLICATION + given})
    write(tree, {"apps/other.yaml": APPLICATION.replace("charts/shop", "link/chart").replace("name: shop", "name: x")})
    assert deployed() == [("Application argocd/shop", "prod", "ghcr.io/acme/shop:3.1")]


def test_at_most_24_sets_are_rendered(tree: Path) -> None:
    write(tree, {f"charts/shop/values-{number:02}.yaml": f"image: {{tag: t{number}}}\n" for number in range(30)})
    session = Session()
    found = session.read(Request(["."], charts=RenderOptions()))
    assert len(found.units) == 24
    assert "charts/shop: 7 more sets of values were not rendered" in found.notes


def configured(tree: Path, text: str) -> list[tuple[Any, ...]]:
    write(tree, {".imagelint.yaml": text})
    done = imagelint("images", ".", "--format=json", "--no-cache", cwd=tree, PATH=path_with(HELMS[0]))
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)
    return [(row["unit"], row["resource"]["namespace"], row["image"], row["key"]) for row in rows]


def test_declared_sets(tree: Path) -> None:
    """They replace what is found; the release and the namespace count for all of them."""
    write(
        tree,
        {
            "release.yaml": RELEASE,
            "prod.yaml": "image: {tag: p}\n",
            "charts/shop/eu.yaml": "image: {registry: eu.io}\n",
        },
    )
    text = "charts:\n  charts/*:\n    values: [[], [../../prod.yaml, eu.yaml]]\n    namespace: shop\n    release: web\n"
    assert configured(tree, text) == [
        ("charts/shop (../../prod.yaml + eu.yaml)", "shop", "eu.io/acme/shop:p", "image.tag"),
        ("charts/shop (values.yaml)", "shop", "ghcr.io/acme/shop:3.1", "image.repository"),
    ]
    assert [row[0] for row in configured(tree, "charts: {charts/shop: off}\n")] == [None]
    assert [row[0] for row in configured(tree, "render: off\n")] == [None]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("charts: {a: on}\n", "`on` is not"),
        ("charts: {a: {value: []}}\n", "value"),
        ("charts: {a: {values: [[[]]]}}\n", "text"),
        ("render: helm\n", "`helm` is not one of"),
        ("charts: {'[': off}\n", "pattern"),
    ],
)
def test_wrong_settings_are_reported_with_their_place(tree: Path, text: str, message: str) -> None:
    write(tree, {".imagelint.yaml": text})
    done = imagelint(".", cwd=tree)
    assert done.returncode == 2
    assert ".imagelint.yaml:1:" in done.stderr
    assert message in done.stderr


def findings(tree: Path) -> list[tuple[str, str, int, tuple[str, ...]]]:
    del tree
    return [(one.rule, one.place.path, one.place.span.line, one.units) for one in reported()]


def test_an_unset_tag_is_an_error_only_where_the_values_are_declared(tree: Path) -> None:
    image = "{{ .Values.image.registry }}/{{ .Values.image.repository }}:{{ .Values.image.tag }}"
    write(tree, chart("charts/shop", image=image))
    assert findings(tree) == []
    write(tree, {"release.yaml": RELEASE})
    (found,) = findings(tree)
    assert (found[0], found[1]) == ("invalid-image-reference", "charts/shop/values.yaml")
    # The image of a release whose values are not all known is not judged.
    write(tree, {"release.yaml": f"{RELEASE}  valuesFrom: [{{kind: Secret, name: s}}]\n"})
    assert findings(tree) == []


def test_values_that_are_rendered_are_reported_once(tree: Path) -> None:
    write(tree, {"release.yaml": f"{RELEASE}  values: {{image: {{registry: ghrc.io, tag: 1.10}}}}\n"})
    assert [(rule, path) for rule, path, _, _ in findings(tree)] == [
        ("misspelled-registry", "release.yaml"),
        ("number-as-tag", "release.yaml"),
    ]


def named(tree: Path, *paths: str, context: tuple[str, ...] = ()) -> tuple[set[str], list[tuple[str, int]]]:
    """The charts that are rendered for some files, and what is reported in these."""
    del tree
    session = Session()
    found = session.read(Request([*paths], context, charts=RenderOptions()))
    report = session.lint(plan_runs(paths, RULES))
    return {unit.path for unit in found.units}, [(one.place.path, one.place.span.line) for one in report.findings]


def test_files_of_a_chart_select_the_chart(tree: Path) -> None:
    """Findings are reported only in the files that are named; other charts are not rendered."""
    write(tree, chart("charts/other", values="image: {registry: ghrc.io, repository: acme/other, tag: '1'}\n"))
    write(tree, {"charts/shop/values-prod.yaml": "image: {registry: ghrc.io}\n"})
    write(tree, {"charts/shop/templates/b.yaml": POD.format("Bad/{{ .Values.image.repository }}:1")})
    rendered = {"charts/shop/Chart.yaml"}
    assert named(tree, "charts/shop/values-prod.yaml") == (rendered, [("charts/shop/values-prod.yaml", 1)])
    assert named(tree, "charts/shop/values.yaml") == (rendered, [("charts/shop/values.yaml", 3)])
    values = "charts/shop/values-prod.yaml"
    assert named(tree, values, context=(".",)) == (rendered, [(values, 1)])


def test_a_values_file_selects_the_charts_that_are_deployed_with_it(tree: Path) -> None:
    write(tree, chart("charts/other"))
    write(tree, {"apps/shop.yaml": f"{APPLICATION}      valueFiles: [/envs/prod.yaml]\n"})
    write(tree, {"envs/prod.yaml": "image: {registry: ghrc.io}\n"})
    rendered = {"charts/shop/Chart.yaml"}
    assert named(tree, "envs/prod.yaml", context=(".",)) == (rendered, [("envs/prod.yaml", 1)])
    assert named(tree, "apps/shop.yaml", context=(".",)) == (rendered, [])


def test_findings_can_be_ignored_in_values_and_in_templates(tree: Path) -> None:
    comment = "  # imagelint: ignore[misspelled-registry] a mirror"
    values = f"image:\n  registry: ghrc.io{comment}\n  repository: acme/shop\n  tag: '1'\n"
    write(tree, chart("charts/shop", values=values))
    assert findings(tree) == []
    write(tree, chart("charts/shop", values=values.replace(comment, "")))
    assert [rule for rule, *_ in findings(tree)] == ["misspelled-registry"]
    template = f"{POD.format(IMAGE).rstrip()}{comment}\n"
    write(tree, {"charts/shop/templates/pod.yaml": template})
    assert findings(tree) == []


def test_no_value_is_shown_but_those_that_images_are_made_of(tree: Path) -> None:
    values = "a: {registry: ghrc.io, password: swordfish, token: [hunter2]}\nname: acme/shop\n"
    write(tree, chart("charts/shop", values=values, image="{{ .Values.a.registry }}/{{ .Values.name }}:1"))
    done = imagelint(".", "--no-cache", cwd=tree, PATH=path_with(HELMS[0]))
    assert "1 | a: {registry: ghrc.io, " in done.stdout
    assert "swordfish" not in done.stdout + done.stderr
    assert "hunter2" not in done.stdout + done.stderr


def test_charts_in_a_chart_are_reported_where_the_outer_one_can_change_them(tree: Path) -> None:
    inner = "image: {registry: ghrc.io, repository: acme/db, tag: '1'}\n"
    files = {f"charts/shop/{path}": text for path, text in chart("charts/db", values=inner).items()}
    write(tree, {path: text.replace("name: shop", "name: db") for path, text in files.items()})
    write(tree, {"charts/shop/values.yaml": f"{VALUES}db:\n  replicas: 1\n"})
    session = Session()
    session.read(Request(["."], charts=RenderOptions()))
    (finding,) = session.lint(plan_runs(["."], RULES)).findings
    assert (finding.rule, finding.severity, finding.place.path, finding.place.span.line) == (
        "misspelled-registry",
        "warning",
        "charts/shop/values.yaml",
        5,
    )
    assert [place.path for place, _ in finding.related] == ["charts/shop/charts/db/templates/pod.yaml"]
    # What the outer chart sets itself is as bad as anything else.
    write(tree, {"charts/shop/values.yaml": f"{VALUES}db:\n  image: {{registry: ghrc.io}}\n"})
    session.read(Request(["."], charts=RenderOptions()))
    (finding,) = session.lint(plan_runs(["."], RULES)).findings
    assert (finding.severity, finding.place.path, finding.place.span.line) == ("error", "charts/shop/values.yaml", 6)


def fixed(tree: Path) -> dict[str, str]:
    """The files of a tree after `--fix`."""
    imagelint("--fix", ".", "--no-cache", cwd=tree, PATH=path_with(HELMS[0]))
    files = (path for path in tree.rglob("*.yaml") if path.is_file())
    return {str(path.relative_to(tree)): path.read_text(encoding="utf-8") for path in files}


OLD = "image:\n  registry: k8s.gcr.io  # kept\n  repository: pause\n  tag: '3.9'\n"


def test_fixes_change_the_value_that_decides(tree: Path) -> None:
    write(tree, chart("charts/shop", values=OLD))
    before = {str(path.relative_to(tree)): path.read_text(encoding="utf-8") for path in tree.rglob("*.yaml")}
    values = "charts/shop/values.yaml"
    assert fixed(tree) == {**before, values: OLD.replace("k8s.gcr.io", "registry.k8s.io")}


def test_fixes_never_change_a_template_or_a_chart_inside(tree: Path) -> None:
    write(tree, chart("charts/shop", values="a: 1\n", image="k8s.gcr.io/pause:3.9"))
    inner = {f"charts/shop/{path}": text for path, text in chart("charts/db", values=OLD).items()}
    write(tree, {path: text.replace("name: shop", "name: db") for path, text in inner.items()})
    before = {str(path.relative_to(tree)): path.read_text(encoding="utf-8") for path in tree.rglob("*.yaml")}
    assert fixed(tree) == before


def test_fixes_leave_values_that_also_make_something_else(tree: Path) -> None:
    """An image of two values of the same text, and one that another set of values makes right otherwise."""
    values = "host: k8s.gcr.io\ntag: '3.9'\n"
    image = '{{ .Values.host }}{{ if eq .Values.host "k8s.gcr.io" }}/pause{{ else }}/other{{ end }}:{{ .Values.tag }}'
    write(tree, chart("charts/shop", values=values))
    write(tree, {"charts/shop/templates/pod.yaml": POD.format("@").replace('"@"', image)})
    before = {str(path.relative_to(tree)): path.read_text(encoding="utf-8") for path in tree.rglob("*.yaml")}
    assert fixed(tree) == before


@pytest.mark.parametrize(("folder", "severity"), [("gke_acme-1_us-central1-a_main", "info"), ("site", "warning")])
def test_a_release_in_a_folder_with_the_name_of_a_context(folder: str, severity: str, tree: Path) -> None:
    values, image = "image: {repository: gcr.io/acme/web, tag: v1}\n", "{{ .Values.image.repository }}:v1"
    write(tree, {**chart("charts/shop", values, image), **chart("charts/other", values, image)})
    other = (tree / "charts/other/templates/pod.yaml").read_text()
    write(
        tree, {"charts/other/templates/pod.yaml": other.replace("spec:\n", "spec:\n  imagePullSecrets: [{name: a}]\n")}
    )
    write(tree, {f"{folder}/shop.yaml": RELEASE, "on-premises/other.yaml": RELEASE.replace("shop", "other")})
    assert [one.severity for one in reported() if one.rule == "pull-secret-missing"] == [severity]
