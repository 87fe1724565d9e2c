"""Values that a command sets where it installs the chart are not those in the values file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from imagelint.session import Request, Session
from imagelint.sources.helm_commands import installs
from imagelint.world.world import World
from linter.sources.charts import HELMS, chart, needs_helm, path_with, reported, write
from support import TODAY, judge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imagelint.linting.finding import Finding

VALUES = "image:\n  repository: quay.io/acme/web\n  tag: latest\n"
TASK = """\
- task: HelmDeploy@0
  inputs:
    command: upgrade
    chartType: FilePath
    chartPath: '$(Build.SourcesDirectory)/charts/web'
    overrideValues: |
      image.tag=$(Build.BuildId)
      image.repository=$(repository)
- task: Docker@2
  inputs:
    arguments: --set other=1
"""
INLINE = TASK.replace("|\n      image.tag", "image.tag").replace("arguments", "command")
MODULE = """\
resource "helm_release" "web" {
  name  = "web"
  chart = "${path.module}/../charts/web"
  set {
    name  = "image.tag"
    value = var.tag
  }
}
"""
LISTED = 'resource "helm_release" "a" {\n chart = "charts/web"\n set = [{ name = "image.tag", value = var.a }]\n}\n'
FOLDED = "    - run: >-\n        helm upgrade --install web charts/web\n        --set image.tag=${{ github.sha }}\n"
ARRAY = 'HELM_ARGS=(--wait --set "image.tag=$TAG")\nhelm upgrade -i web charts/web "${HELM_ARGS[@]}"\n'
GOALS = 'sh """\n  helm upgrade web charts/web \\\n    --set image.tag=${env.TAG}\n"""\n'
MATRIX = "matrix:\n  service: [api, web]\nrun: helm upgrade ${{ matrix.service }} charts/${{ matrix.service }}"


@pytest.fixture(autouse=True)
def _in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def findings(**files: str) -> Sequence[Finding]:
    """What is found about the values of `charts/web`, beside some files."""
    write(Path(), {"charts/web/values.yaml": VALUES, "charts/web/Chart.yaml": "name: web\nversion: 1.0.0\n", **files})
    return judge(Session().read(Request(["."])), World(today=TODAY)).findings


def severity(**files: str) -> str:
    (finding,) = findings(**files)
    return str(finding.severity)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("deploy.sh", "helm upgrade --install web ./charts/web --set image.tag=$TAG\n"),
        ("deploy.sh", "helm install charts/web --name web --set-string image.pullPolicy=Always,image.tag=$TAG\n"),
        (
            "deploy.sh",
            'CHART=charts/web\nhelm3 upgrade web "$CHART" --wait --set "image.tag=$(date | cut -c1)"\n',
        ),
        ("deploy.sh", "helm template web charts/web --set=image.tag=$TAG | kubectl apply -f -\n"),
        ("deploy.sh", ARRAY),
        ("charts/web/deploy.sh", "helm upgrade web . --set image.tag=$TAG\n"),
        ("ci/deploy.sh", 'helm upgrade web "$ROOT/charts/web" --set image.tag=$TAG --namespace web\n'),
        ("Makefile", "deploy:\n\t$(HELM) secrets upgrade web charts/web \\\n\t  --set image.tag=$(TAG)\n"),
        ("Jenkinsfile", GOALS),
        ("Jenkinsfile", "sh 'helm upgrade web charts/web --set image.tag=' + tag\n"),
        (".github/workflows/deploy.yml", FOLDED),
        (".github/workflows/deploy.yml", f"{MATRIX} --set image.tag=${{{{ github.sha }}}}\n"),
        ("ci/deploy.py", 'run(["helm", "upgrade", "web", "charts/web", "--set", f"image.tag={tag}"])\n'),
        ("azure-pipelines.yml", TASK),
        ("azure-pipelines.yml", INLINE),
        ("terraform/web.tf", MODULE),
        ("web.tf", LISTED),
    ],
)
def test_what_a_script_sets(path: str, text: str) -> None:
    (finding,) = findings(**{path: text})
    assert str(finding.severity) == "info"
    assert f"(`{path}` sets `image.tag` where it installs the chart)" in finding.message


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("deploy.sh", "helm upgrade web ./charts/web\n"),
        ("deploy.sh", "helm upgrade web ./charts/web --set image.repository=$IMAGE\n"),
        ("deploy.sh", "helm upgrade web ./charts/api --set image.tag=$TAG\n"),
        ("deploy.sh", "helm upgrade web acme/web --set image.tag=$TAG\n"),
        ("deploy.sh", "helm upgrade web $CHART --set image.tag=$TAG\n"),
        ("deploy.sh", "helm upgrade web charts/web --set image.tag=latest\n"),
        ("deploy.sh", "helm upgrade web charts/web --set image.tag=$TAG\nhelm upgrade test charts/web\n"),
        ("deploy.sh", "helm upgrade web charts/web --reuse-values --set image.tag=$TAG\n"),
        ("deploy.sh", "# helm upgrade web charts/web --set image.tag=$TAG\n"),
        ("deploy.sh", "helm lint charts/web --set image.tag=$TAG\n"),
        ("deploy.sh", "helm template charts/web --set image.tag=$TAG > /dev/null\n"),
        ("README.md", "    helm install web charts/web --set image.tag=v1\n"),
        (".github/workflows/e2e.yml", "run: helm install web charts/web --set image.tag=dev\n"),
        ("test/install.sh", "helm install web charts/web --set image.tag=dev\n"),
        ("terraform/web.tf", MODULE.replace("helm_release", "other")),
    ],
)
def test_what_no_script_sets(path: str, text: str) -> None:
    assert severity(**{path: text}) == "warning"


def test_a_file_is_below_what_the_command_sets() -> None:
    command = "helm upgrade web charts/web -f envs/values-prod.yaml"
    files = {"envs/values-prod.yaml": "image:\n  repository: quay.io/acme/web\n  tag: latest\n"}
    found = findings(**files, **{"deploy.sh": f"{command} --set image.tag=$TAG\n"})
    assert [str(finding.severity) for finding in found] == ["info", "info"]
    found = findings(**files, **{"deploy.sh": f"{command}\n"})
    assert [str(finding.severity) for finding in found] == ["warning", "warning"]


def test_a_variable_means_one_of_several_files() -> None:
    image = "image:\n  repository: quay.io/acme/web\n  tag: "
    files = {f"envs/values-{tag}.yaml": f"{image}{tag}\n" for tag in ("dev", "latest", "v2")}
    command = "helm upgrade web charts/web -f envs/values-$STAGE.yaml\n"
    found = findings(**files, **{"deploy.sh": command})
    expected = {"charts/web/values.yaml": "warning", "envs/values-latest.yaml": "warning"}
    assert {one.at.source.path: str(one.severity) for one in found} == expected
    command = "helm upgrade web charts/web -f envs/values-$STAGE.yaml --set image.tag=$TAG\n"
    assert {str(finding.severity) for finding in findings(**files, **{"deploy.sh": command})} == {"info"}


def test_a_file_is_above_the_values_of_the_chart() -> None:
    command = "helm upgrade web charts/web -f envs/values-prod.yaml\n"
    files = {"envs/values-prod.yaml": "image:\n  tag: v1\n", "deploy.sh": command}
    assert severity(**files) == "info"
    assert severity(**files, **{"dev.sh": "helm install web charts/web\n"}) == "warning"


KEPT = {
    "web/values.yaml": "replicas: 2\n",
    "web/values-default.yaml": "image:\n  repository: quay.io/acme/web\n  tag: latest\n",
}


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("web/bootstrap.sh", 'helm upgrade web acme/web --values "$DIR/values.yaml"\n', "info"),
        ("README.md", "    helm show values acme/web > web/values-default.yaml\n", "info"),
        ("web/bootstrap.sh", "helm upgrade web acme/web -f values.yaml -f values-default.yaml\n", "warning"),
        ("bootstrap.sh", "helm upgrade web acme/web -f api/values.yaml\n", "warning"),
    ],
)
def test_defaults_that_are_kept_beside(path: str, text: str, expected: str) -> None:
    write(Path(), {**KEPT, path: text})
    (finding,) = judge(Session().read(Request(["."])), World(today=TODAY)).findings
    assert str(finding.severity) == expected


def test_values_of_another_name_may_be_deployed() -> None:
    write(Path(), {"web/values.yaml": "a: 1\n", "web/values-prod.yaml": KEPT["web/values-default.yaml"]})
    write(Path(), {"web/bootstrap.sh": "helm upgrade web acme/web -f values.yaml\n"})
    (finding,) = judge(Session().read(Request(["."])), World(today=TODAY)).findings
    assert str(finding.severity) == "warning"


@needs_helm
def test_a_placeholder_in_a_rendered_chart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", path_with(HELMS[0]))
    image = "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
    write(Path(), chart("charts/web", "image:\n  repository: <your-registry>/web\n  tag: v1\n", image))
    assert [(one.rule, str(one.severity)) for one in reported()] == [("unrendered-template", "warning")]
    for path in ("README.md", "deploy.sh"):
        write(Path(), {path: "helm upgrade web charts/web --set image.repository=quay.io/acme/web\n"})
        assert [(one.rule, str(one.severity)) for one in reported()] == [("unrendered-template", "info")]
        Path(path).unlink()


def test_hostile_commands_cost_little() -> None:
    for text in ("$(", "$((", "${{", "--set a=", '"', "\\,", "helm ", "\n  --set", "{{", "[", "'"):
        assert len([*installs("helm upgrade web " + text * 60_000)]) >= 1
    assert [*installs("HelmDeploy@0\n" + "overrideValues: |\n" + "    a\n" * 50_000)]
