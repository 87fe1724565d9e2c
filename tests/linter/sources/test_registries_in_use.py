"""Registries that are not well known, and that scripts, texts and other objects show to be meant."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from imagelint.facts.served_hosts import domain_of
from imagelint.session import Request, Session
from imagelint.world.world import World
from manifests import pod
from support import TODAY, judge

if TYPE_CHECKING:
    from pathlib import Path

    from imagelint.linting.finding import Finding

HOST = "registry.tekton-team.io"
IMAGE = f"{HOST}/shop/web:1.4"


@pytest.fixture(autouse=True)
def _in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def findings(folder: Path, files: dict[str, str], image: str = IMAGE) -> list[Finding]:
    for path, text in {"deploy/web.json": json.dumps(pod(image)), **files}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    found = judge(Session().read(Request(["."])), World(today=TODAY)).findings
    return [finding for finding in found if finding.rule == "unknown-registry"]


def manifest(api_version: str, kind: str, spec: Any, **metadata: Any) -> str:
    return json.dumps({"apiVersion": api_version, "kind": kind, "metadata": {"name": "web", **metadata}, "spec": spec})


def test_nothing_shows_that_a_registry_is_meant(tmp_path: Path) -> None:
    (finding,) = findings(tmp_path, {})
    assert finding.severity == "warning"
    assert finding.message.startswith(f"registry `{HOST}` is not well known: ")


@pytest.mark.parametrize(
    ("path", "text", "how"),
    [
        ("login.sh", f'echo "$TOKEN" | docker login -u ci --password-stdin {HOST}\n', "logs in to it"),
        ("Makefile", f"REGISTRY ?= {HOST}\npush:\n\t$(DOCKER) push $(REGISTRY)/web\n", "pushes to it"),
        ("hack/mirror.sh", f"skopeo copy docker://quay.io/a/b:1 \\\n  docker://{HOST}/b:1\n", "pushes to it"),
        ("ci/pull.sh", f"crane auth login {HOST} -u a -p b\n", "logs in to it"),
        ("Jenkinsfile", f"docker.withRegistry('https://{HOST}', 'robot') {{ }}\n", "logs in to it"),
        ("chart.sh", f"helm registry login {HOST}\n", "logs in to it"),
        (
            ".github/workflows/ci.yaml",
            f"steps:\n  - uses: docker/login-action@v3\n    with:\n      registry: {HOST}\n",
            "uses it",
        ),
        (
            ".github/workflows/cd.yml",
            f"env:\n  HUB: {HOST}\nsteps:\n  - with:\n      tags: |\n        ${{{{ env.HUB }}}}/web:1\n",
            "uses it",
        ),
        (".gitlab-ci.yml", f"build:\n  image: {HOST}/ci/docker:24\n", "uses it"),
        ("azure-pipelines.yml", f"steps:\n  - script: docker build -t {HOST}/other:1 .\n", "builds images for it"),
        ("src/Dockerfile", f"ARG HUB={HOST}\nFROM $HUB/base:1\n", "pulls from it"),
        ("web/web.csproj", f"<ContainerRegistry>{HOST}</ContainerRegistry>\n", "uses it"),
        ("main.tf", f'registry_auth {{\n  address = "{HOST}"\n}}\n', "uses it"),
        ("README.md", f"    docker pull {HOST}/web\n", "shows commands for it"),
        (
            "skaffold.yaml",
            f"apiVersion: skaffold/v4beta11\nkind: Config\nbuild:\n  artifacts: [{{image: {HOST}/x}}]\n",
            "builds images for it",
        ),
    ],
)
def test_a_registry_that_something_uses_is_an_info(tmp_path: Path, path: str, text: str, how: str) -> None:
    (finding,) = findings(tmp_path, {path: text})
    assert finding.severity == "info"
    assert finding.message.startswith(f"registry `{HOST}` is not well known, but `{path}` {how}: ")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("login.sh", "docker login registry.tekton-teem.io\n"),
        ("login.sh", f"# docker login {HOST}\n"),
        ("login.sh", f"docker login my-{HOST}\n"),
        ("login.sh", f"docker login {HOST}.evil.io\n"),
        ("deploy.sh", f"kubectl set image deployment/web web={IMAGE}\n"),
        ("deploy.sh", f"echo 'docker login {HOST}'\n"),
        (".github/workflows/cd.yml", f"steps:\n  - run: kubectl run web --image {IMAGE}\n"),
        (".github/workflows/cd.yml", f"steps:\n  - run: helm upgrade web --set image={IMAGE}\n"),
        ("main.tf", f'container {{\n  image = "{IMAGE}"\n}}\n'),
        ("README.md", f"The pod runs {IMAGE}.\n"),
        ("README.md", f"    helm install web --set image={IMAGE}\n"),
        ("src/Dockerfile", f"FROM alpine:3\n# FROM {HOST}/base\nLABEL a={HOST}\n"),
    ],
)
def test_what_only_names_a_registry_does_not_show_that_it_is_meant(tmp_path: Path, path: str, text: str) -> None:
    (finding,) = findings(tmp_path, {path: text})
    assert finding.severity == "warning"


NETWORKING, GATEWAY = "networking.k8s.io/v1", "gateway.networking.k8s.io/v1"
SERVING = [
    (manifest(NETWORKING, "Ingress", {"rules": [{"host": "app.tekton-team.io"}]}), "app.tekton-team.io"),
    (manifest(NETWORKING, "Ingress", {"tls": [{"hosts": [HOST], "secretName": "tls"}]}), HOST),
    (manifest(GATEWAY, "HTTPRoute", {"hostnames": ["Shop.Tekton-Team.io"]}), "shop.tekton-team.io"),
    (manifest(GATEWAY, "Gateway", {"listeners": [{"hostname": "*.apps.tekton-team.io"}]}), "apps.tekton-team.io"),
    (manifest("networking.istio.io/v1", "VirtualService", {"hosts": ["tekton-team.io"]}), "tekton-team.io"),
    (manifest("traefik.io/v1alpha1", "IngressRoute", {"routes": [{"match": f"Host(`{HOST}`)"}]}), HOST),
    (manifest("cert-manager.io/v1", "Certificate", {"dnsNames": ["a.tekton-team.io"]}), "a.tekton-team.io"),
    (manifest("externaldns.k8s.io/v1alpha1", "DNSEndpoint", {"endpoints": [{"dnsName": HOST}]}), HOST),
    (manifest("route.openshift.io/v1", "Route", {"host": "web.tekton-team.io"}), "web.tekton-team.io"),
    (
        manifest("helm.toolkit.fluxcd.io/v2", "HelmRelease", {"values": {"ingress": {"hosts": [{"host": HOST}]}}}),
        HOST,
    ),
]


@pytest.mark.parametrize(("text", "name"), SERVING)
def test_the_registry_of_a_domain_that_the_input_serves_is_an_info(tmp_path: Path, text: str, name: str) -> None:
    (finding,) = findings(tmp_path, {"web.yaml": text})
    assert finding.severity == "info"
    assert finding.message.startswith(f"registry `{HOST}` is not well known, but `web.yaml` serves `{name}`: ")


def test_hosts_in_values_in_lists_and_behind_aliases(tmp_path: Path) -> None:
    values = f"a: &hosts [{HOST}]\nroute:\n  app:\n    hostnames: *hosts\n"
    assert [finding.severity for finding in findings(tmp_path, {"values.yaml": values})] == ["info"]
    (tmp_path / "values.yaml").unlink()
    items = f"---\napiVersion: v1\nkind: List\nitems:\n  - {SERVING[0][0]}\n"
    assert [finding.severity for finding in findings(tmp_path, {"all.yaml": items})] == ["info"]


@pytest.mark.parametrize(
    ("image", "text"),
    [
        (IMAGE, manifest(NETWORKING, "Ingress", {"rules": [{"host": "app.other-team.io"}]})),
        (IMAGE, manifest(NETWORKING, "Ingress", {"rules": [{"host": "eviltekton-team.io"}]})),
        (IMAGE, manifest(NETWORKING, "Ingress", {}, annotations={"auth-url": "https://a.tekton-team.io"})),
        (IMAGE, f"# host: app.tekton-team.io\n{SERVING[0][0].replace('app.tekton-team.io', 'app.acme.dev')}\n"),
        ("registry.co.uk/web:1", manifest(NETWORKING, "Ingress", {"rules": [{"host": "app.co.uk"}]})),
        ("acme.duckdns.org/web:1", manifest(NETWORKING, "Ingress", {"rules": [{"host": "shop.duckdns.org"}]})),
        ("a.b.run.app/web:1", manifest(NETWORKING, "Ingress", {"rules": [{"host": "c.b.run.app"}]})),
        ("acme.dev/web:1", manifest(NETWORKING, "Ingress", {"rules": [{"host": "other.dev"}]})),
        (IMAGE, manifest("v1", "ConfigMap", {"host": "app.tekton-team.io"})),
    ],
)
def test_hosts_of_strangers_show_nothing(tmp_path: Path, image: str, text: str) -> None:
    (finding,) = findings(tmp_path, {"web.yaml": text}, image)
    assert finding.severity == "warning"


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("registry.acme.io", "acme.io"),
        ("Registry.Acme.io:5000", "acme.io"),
        ("docker.tools.acme.com", "tools.acme.com"),
        ("registry.acme.co.uk", "acme.co.uk"),
        ("acme.co.uk:5000", "acme.co.uk"),
        ("acme.io", "acme.io"),
        ("acme.github.io", "acme.github.io"),
    ],
)
def test_the_domain_of_an_owner(host: str, domain: str) -> None:
    assert domain_of(host) == domain


@pytest.mark.parametrize(
    "text",
    [f"docker push {HOST} " + "a" * 100_000, "docker push " + "$A" * 50_000 + f"\nB={HOST}\n", f"{HOST} " * 20_000],
)
def test_hostile_scripts_cost_little(tmp_path: Path, text: str) -> None:
    assert len(findings(tmp_path, {"push.sh": text, "Jenkinsfile": text, "README.md": text})) == 1


def test_many_aliases_are_read_once(tmp_path: Path) -> None:
    aliases = "".join(f"a{n + 1}: &a{n + 1} [{', '.join([f'*a{n}'] * 9)}]\n" for n in range(30))
    values = f"a0: &a0 [x]\n{aliases}ingress: *a30\nhost: {HOST}\n"
    assert [finding.severity for finding in findings(tmp_path, {"values.yaml": values})] == ["warning"]


def test_many_hosts_in_many_texts_cost_little(tmp_path: Path) -> None:
    pods = "".join(f"---\n{json.dumps(pod(f'registry.team-{number}.io/web:1'))}\n" for number in range(2000))
    scripts = {f"{number}.sh": "docker push $A/web\n" * 2000 for number in range(20)}
    assert len(findings(tmp_path, {"pods.yaml": pods, **scripts})) == 2001
