"""What no manifest shows: what is encrypted, and what operators, scripts and builds make for the pods."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from imagelint.session import Request, Session
from imagelint.world.world import World
from manifests import pod
from support import TODAY, imagelint, judge

if TYPE_CHECKING:
    from pathlib import Path

    from imagelint.linting.finding import Finding

GIT_CRYPT = b"\0GITCRYPT\0h\r\xb7k\x16\x02\xb1\x19"


@pytest.fixture(autouse=True)
def _in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(folder: Path, path: str, text: str | bytes) -> None:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_bytes(text.encode() if isinstance(text, str) else text)


def findings() -> list[Finding]:
    return judge(Session().read(Request(["."])), World(today=TODAY)).findings


def private(image: str = "ghcr.io/acme/web:1") -> str:
    manifest = pod(image)
    manifest["spec"] |= {"imagePullSecrets": [{"name": "regcred"}]}
    return json.dumps(manifest)


@pytest.mark.parametrize(
    ("data", "tool"),
    [
        (GIT_CRYPT, "git-crypt"),
        (GIT_CRYPT + b"\x01", "git-crypt"),
        (b"$ANSIBLE_VAULT;1.1;AES256\n3132\n", "Ansible Vault"),
        (b"age-encryption.org/v1\n-> X25519 a\n\xff\xfe", "age"),
        (b"-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n", "age"),
        (b"-----BEGIN PGP MESSAGE-----\n\nhQEMA\n", "PGP"),
        (b"U2FsdGVkX1+vupppZksvRf5pq5g5XjFRIipRkwB0K1Y=\n", "OpenSSL"),
    ],
)
def test_an_encrypted_file_is_named_and_may_define_a_secret(tmp_path: Path, data: bytes, tool: str) -> None:
    write(tmp_path, "web.json", private())
    assert [finding.severity for finding in findings()] == ["warning"]
    write(tmp_path, "secret.yaml", data)
    (finding,) = findings()
    assert (finding.rule, finding.severity) == ("pull-secret-undefined", "info")
    assert finding.message.endswith("no input file creates it, unless the encrypted file `secret.yaml` does")
    for named in (".", "secret.yaml"):
        done = imagelint("--isolated", "--format=concise", named, cwd=tmp_path)
        assert done.returncode == 0
        assert f"note: secret.yaml: encrypted with {tool}, not read\n" in done.stderr


@pytest.mark.parametrize("path", ["testdata/secret.yaml", "third_party/a.yaml", "ansible/group_vars/all/vault.yml"])
def test_an_encrypted_file_that_nobody_deploys_defines_no_secret(tmp_path: Path, path: str) -> None:
    write(tmp_path, "web.json", private())
    write(tmp_path, path, b"$ANSIBLE_VAULT;1.1;AES256\n3132\n")
    assert [(one.rule, one.severity) for one in findings()] == [("pull-secret-undefined", "warning")]
    done = imagelint("--isolated", "--format=concise", ".", cwd=tmp_path)
    assert f"note: {path}: encrypted with Ansible Vault, not read\n" in done.stderr


def test_encrypted_files_are_one_note(tmp_path: Path) -> None:
    for name in "abcde":
        write(tmp_path, f"{name}/secret.yaml", GIT_CRYPT)
    done = imagelint("--isolated", ".", cwd=tmp_path)
    assert "a/secret.yaml, b/secret.yaml, c/secret.yaml and 2 more files: encrypted with git-crypt" in done.stderr
    write(tmp_path, "web.json", private())
    assert findings()[0].message.endswith("unless one of 5 encrypted files does")


def test_a_kustomization_is_built_without_what_is_encrypted(tmp_path: Path) -> None:
    write(tmp_path, "kustomization.yaml", "resources: [web.json, secret.yaml]\n")
    write(tmp_path, "web.json", json.dumps(pod("ghcr.io/acme/web")))
    write(tmp_path, "secret.yaml", GIT_CRYPT)
    assert [finding.rule for finding in findings()] == ["missing-tag"]


def test_a_secret_that_is_generated_from_an_encrypted_file_is_not_judged(tmp_path: Path) -> None:
    generator = "{name: regcred, type: kubernetes.io/dockerconfigjson, files: [.dockerconfigjson=docker.enc]}"
    write(tmp_path, "kustomization.yaml", f"resources: [web.json]\nsecretGenerator: [{generator}]\n")
    write(tmp_path, "web.json", private())
    write(tmp_path, "docker.enc", GIT_CRYPT)
    assert findings() == []


ACCOUNTS = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: other, namespace: shop}\n"


def custom(kind: str, *, name: str = "web", namespace: str = "shop", version: str = "apps.acme.example/v1") -> str:
    return f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: {name}, namespace: {namespace}}}\nspec: {{}}\n"


@pytest.mark.parametrize(
    ("path", "text", "severity"),
    [
        ("identity.yaml", custom("ApplicationIdentity"), "info"),
        ("identity.yaml", custom("IAMServiceAccount"), "info"),
        ("identity.yaml", custom("ApplicationIdentity", name="db"), "warning"),
        ("identity.yaml", custom("ApplicationIdentity", namespace="bank"), "warning"),
        ("identity.yaml", custom("HTTPRoute"), "warning"),
        ("identity.yaml", custom("Identity", version="v1"), "warning"),
    ],
)
def test_an_account_that_something_creates(tmp_path: Path, path: str, text: str, severity: str) -> None:
    manifest = pod("ghcr.io/acme/web:1", namespace="shop")
    manifest["spec"] |= {"serviceAccountName": "web"}
    write(tmp_path, "web.json", json.dumps(manifest))
    write(tmp_path, "account.yaml", ACCOUNTS)
    write(tmp_path, path, text)
    assert [(finding.rule, finding.severity) for finding in findings()] == [("service-account-undefined", severity)]


def task(script: str) -> str:
    """A Tekton task of one step."""
    step = {"name": "release", "image": "ghcr.io/acme/tools:1", "script": script}
    return json.dumps(
        {"apiVersion": "tekton.dev/v1", "kind": "Task", "metadata": {"name": "release"}, "spec": {"steps": [step]}},
        indent=1,
    )


@pytest.mark.parametrize(
    ("listed", "path", "text", "severity"),
    [
        ("a/ks.yaml", "README.md", "Create a `ks.yaml` for each application.\n", "error"),
        ("a/ks.yaml", "README.md", "Create `a/ks.yaml` first.\n", "info"),
        ("a/ks.yaml", "gen.sh", "cp ../deploy/ks.yaml ../apps/a\n", "info"),
        ("a/ks.yaml", "Makefile", "x:\n\tinstall -m 644 build/ks.yaml ks.md $(APPS)/a/\n", "info"),
        ("a/ks.yaml", "gen.sh", "cp ../deploy/ks.yaml ../apps/c\nmv \n", "error"),
        ("a/rendered.yaml", "README.md", "Create a `rendered.yaml` for each application.\n", "info"),
        ("../base/0.4", "notes.md", "- copy version 0.4 of the base\n", "error"),
        ("release.yaml", "task.yaml", task("cp $ROOT/$FILE $PROJECT/apps/release.yaml"), "info"),
        ("release.yaml", "task.yaml", task("cp $ROOT/release.yaml $PROJECT/other"), "info"),
        ("release.yaml", "task.yaml", task("create: release.yaml"), "error"),
        ("release.yaml", "notes.yaml", "text: |\n  cp $ROOT/release.yaml $PROJECT/other\n", "error"),
    ],
)
def test_a_missing_file_is_meant_by_a_name_that_no_other_file_has(
    tmp_path: Path, listed: str, path: str, text: str, severity: str
) -> None:
    write(tmp_path, "apps/kustomization.yaml", f"resources: [{listed}, b/ks.yaml]\n")
    write(tmp_path, "apps/b/ks.yaml", json.dumps(pod("quay.io/acme/web:1")))
    write(tmp_path, "other/0.4/web.yaml", json.dumps(pod("quay.io/acme/web:1")))
    write(tmp_path, path, text)
    assert [(one.rule, one.severity) for one in findings()] == [("kustomize-refuses", severity)]


@pytest.mark.parametrize(
    ("script", "severity"),
    [
        ("cp -a scripts/bom/ out/", "info"),
        ('BOM=${BOM:-scripts/bom}\ncp -a "${BOM}/infra/" $PROFILE/infra/\n', "info"),
        ("export BOM='scripts/bom'\nrsync -r $BOM/infra out\n", "info"),
        ("cp -a $BOM/infra/ out/", "error"),
        ("BOM=scripts/bom\necho $BOM/infra\n", "error"),
        ("cp -a scripts/bom/apps/ out/", "error"),
        ("cp infra out", "error"),
        ('cp -R base "${BUILD}"/scripts/bom/infra/argocd\n', "info"),
        ("rsync -r base/ build/bom/infra/argocd/\ncp -R apps $BUILD/bom/infra/argocd\n", "info"),
        ('cp -R base "${BUILD}"/bom/infra/argocd-old\n', "error"),
        ("cp -R bom/infra/argocd out\n", "error"),
    ],
)
def test_a_script_copies_a_kustomization_to_its_files_or_these_to_it(
    tmp_path: Path, script: str, severity: str
) -> None:
    write(tmp_path, "scripts/bom/infra/kustomization.yaml", "resources: [argocd/a.yaml, argocd/b.yaml]\n")
    write(tmp_path, "scripts/bootstrap.sh", script)
    assert [(one.rule, one.severity) for one in findings()] == [("kustomize-refuses", severity)]


@pytest.mark.parametrize(
    ("makefile", "image", "severity"),
    [
        ("IMG ?= k8s.io/web:dev\nbuild:\n\tdocker build -t $(IMG) .\n", "k8s.io/web:dev", "info"),
        (
            "REGISTRY ?= k8s.io\nWEB_IMAGE ?= ${REGISTRY}/web\nbuild:\n\tdocker build -t $(1) .\n",
            "k8s.io/web:dev",
            "info",
        ),
        ("REGISTRY ?= k8s.io\nWEB_IMAGE ?= ${REGISTRY}/web\n", "k8s.io/web:dev", "error"),
        ("IMG ?= ghrc.io/acme/web:1\nbuild:\n\tdocker build -t $(IMG) .\n", "ghrc.io/acme/web:1", "error"),
        ("IMG ?= localhost/web:e2e\nbuild:\n\tpodman build -t $(IMG) .\n", "localhost/web:e2e", "info"),
        ("", "localhost/web:e2e", "warning"),
        ("IMG ?= localhost/web\nbuild:\n\tpodman build -t $(IMG) .\n", "localhost/web:latest", "warning"),
    ],
)
def test_a_host_that_nobody_pushes_to_is_for_the_nodes(
    tmp_path: Path, makefile: str, image: str, severity: str
) -> None:
    write(tmp_path, "k8s/web.json", json.dumps(pod(image)))
    write(tmp_path, "Makefile", makefile)
    found = [one for one in findings() if one.rule in {"misspelled-registry", "unreachable-registry"}]
    assert [one.severity for one in found] == [severity]
    assert (found[0].fix is None) == (severity != "error")


SHOWN = "**deploy/web.json** (satir 23):\n\n```yaml\n%s\n```\n"


@pytest.mark.parametrize(
    ("path", "text", "severity"),
    [
        ("README.md", "Update the image in [deploy/web.json](deploy/web.json).\n", "info"),
        ("docs/install.md", "4. Edit these files:\n\n    * ../deploy/web.json\n    * ../deploy/db.json\n", "info"),
        ("README.rst", "Set your registry in ``./deploy/web.json`` first.\n", "info"),
        ("README.md", "Change the files:\n\nThen run this.\n\n- kubectl apply -f deploy/web.json\n", "warning"),
        ("README.md", "Replace the image in web.json.\n", "warning"),
        ("README.md", "kubectl apply -f deploy/web.json\n", "warning"),
        ("README.md", "Set the registry in deploy/web.json, and run `kubectl apply -f deploy/web.json`.\n", "info"),
        ("README.md", "To update the app, run `kubectl replace -f deploy/web.json`.\n", "warning"),
        ("README.md", "To update the app:\n\n1. kubectl apply -f deploy/web.json\n", "warning"),
        ("README.md", "Do not edit deploy/web.json.\n", "warning"),
        ("docs/install.md", "Edit `deploy/web.json` and put your registry there.\n", "info"),
        ("ops/MANUAL.md", "Replace the image in deploy/web.json.\n", "info"),
        ("docs/KURULUM.md", SHOWN % "image: <registryLoginServer>/web:v2", "info"),
        ("README.md", SHOWN.replace("```", "~~~") % "  - image: quay.io/<registryLoginServer>/web", "info"),
        ("README.md", SHOWN % "image: ghcr.io/acme/web:v1", "warning"),
        ("README.md", SHOWN % "spec:\n  image: <registryLoginServer>/web:v1", "warning"),
        ("README.md", SHOWN.replace("web.json", "db.json") % "image: <registryLoginServer>/web:v1", "warning"),
        ("CHANGELOG.md", "- Update deploy/web.json for Kubernetes 1.25\n", "warning"),
        ("README.md", "change " + "a" * 400_000 + ":\n" + "- a\n" * 100_000, "warning"),
        ("setup.sh", "echo Update deploy/web.json\n", "warning"),
        ("README.md", "a" * 50_000 + " update deploy/web.json.tmpl " + "a/" * 50_000, "warning"),
    ],
    ids=lambda value: value[:40],
)
def test_a_text_asks_its_reader_to_edit_a_manifest(tmp_path: Path, path: str, text: str, severity: str) -> None:
    write(tmp_path, "deploy/web.json", json.dumps(pod("<registryLoginServer>/web:v1")))
    write(tmp_path, path, text)
    assert [(one.rule, one.severity) for one in findings()] == [("unrendered-template", severity)]


@pytest.mark.parametrize(
    ("files", "severity"),
    [
        ({"deploy.sh": "export TAG=1\nenvsubst < apps/web/web.json | kubectl apply -f -\n"}, "info"),
        ({"apps/scripts/deploy.sh": "envsubst\n", "README.md": "TAG is the version.\n"}, "info"),
        ({"apps/hack/deploy.sh": "sed s/${TAG}/1/ web.json\n"}, "info"),
        ({"apps/shop/deploy.sh": "sed s/${TAG}/1/ shop.json\n"}, "error"),
        ({"apps/shop/deploy.sh": "export TAG=1\nenvsubst < shop.yaml | kubectl apply -f -\n"}, "error"),
        ({"third_party/deploy.sh": "export TAG=1\nsed s/${TAG}/1/ web.json\n"}, "error"),
        ({"deploy.sh": "set -e; docker build -t web:${TAG} .\n"}, "error"),
    ],
    ids=str,
)
def test_a_script_is_for_the_folders_around_it(tmp_path: Path, files: dict[str, str], severity: str) -> None:
    write(tmp_path, "apps/web/web.json", json.dumps(pod("ghcr.io/acme/web:${TAG}")))
    for path, text in files.items():
        write(tmp_path, path, text)
    assert [(one.rule, one.severity) for one in findings()] == [("unrendered-template", severity)]


def test_many_placeholders_are_not_looked_for(tmp_path: Path) -> None:
    for name, count in (("few", 3), ("many", 300)):
        images = "---\n".join(f"{json.dumps(pod(f'ghcr.io/acme/web:${{T{number}}}'))}\n" for number in range(count))
        write(tmp_path, f"{name}.yaml", images)
    write(tmp_path, "README.md", "".join(f"Set ${{T{number}}}.\n" for number in range(300)))
    assert {(one.at.source.path, one.severity) for one in findings()} == {("few.yaml", "info"), ("many.yaml", "error")}
