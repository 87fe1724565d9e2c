"""The manual is true: its files and its commands work as they are printed, in a folder with what the page shows."""

from __future__ import annotations

import re
import shlex
import shutil
from typing import TYPE_CHECKING

import pytest

from imagelint.config.added_knowledge import read_knowledge
from imagelint.config.file import load_configuration
from imagelint.reporting import FORMATS
from imagelint.text.compose import compose
from imagelint_rules import RULES
from linter.sources.charts import HELMS, needs_helm, path_with
from manual import DOCS, WITH_A_PROJECT, Place, fences
from support import ROOT, imagelint

if TYPE_CHECKING:
    from pathlib import Path

PAGES = sorted(DOCS.glob("*.md"))
# Pages about imagelint itself; the commands of the other one are those of examples/fleet, which `make fleet` runs.
OWN = [page for page in PAGES if page.stem != "fleet"]
# Those that show every file that their commands need.
WHOLE = [page for page in OWN if page.stem not in WITH_A_PROJECT]
README = (ROOT / "README.md").read_text(encoding="utf-8")
REPORTS = (DOCS / "reports.md").read_text(encoding="utf-8")
OF_OTHER_TOOLS = {
    "--name-only",
    "--spec",
    "--revision",
    "--network",
    "--rm",
    "--volume",
    "--values",
    "--namespace",
    "--docker-server",
    "--docker-username",
    "--docker-password",
}


@pytest.mark.parametrize("page", WHOLE, ids=lambda page: page.name)
def test_files_are_what_they_are_called(page: Path, tmp_path: Path) -> None:
    place = Place(tmp_path, with_a_project=False)
    found = fences(page.read_text(encoding="utf-8"))
    for file in found:
        assert file.language not in {"yaml", "toml", "python"} or file.title, file.text
        place.write(file)
    for file in found:
        path = str(place.folder / file.title)
        if file.title.endswith((".imagelint.yaml", "pyproject.toml")):
            load_configuration(path, RULES)
        elif file.title == "our-registries.yaml":
            assert read_knowledge([path]).registries.find("registry.example.com")
        elif file.language == "yaml":
            assert compose(file.text.encode())


@pytest.mark.parametrize("command", re.findall(r"^imagelint (manifests/ .+)$", REPORTS, re.MULTILINE))
def test_the_commands_of_the_manual_write_reports(command: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples/broken", tmp_path / "manifests")
    done = imagelint(*shlex.split(command), cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    outputs = re.findall(r"--output (\S+)", command)
    assert all((tmp_path / output).stat().st_size > 1000 for output in outputs)
    assert bool(done.stdout) == (command.count("--format") > len(outputs))


def test_the_sample_of_the_readme_is_what_is_printed(tmp_path: Path) -> None:
    (sample,) = re.findall(r"^```console\n\$ imagelint manifests/\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    shutil.copytree(ROOT / "examples/broken", tmp_path / "manifests")
    assert f"\n{sample}" in imagelint("manifests/", cwd=tmp_path).stdout


def test_every_format_is_in_the_manual() -> None:
    assert re.findall(r"^\| `(\w+)` \|", REPORTS, re.MULTILINE) == [*FORMATS]


@pytest.mark.parametrize("page", [*PAGES, ROOT / "README.md"], ids=lambda page: page.name)
def test_links_within_the_project_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?://)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", [*OWN, ROOT / "README.md"], ids=lambda page: page.name)
def test_every_option_that_a_page_names_is_there(page: Path) -> None:
    helps = [
        imagelint(*words, "--help", cwd=ROOT).stdout
        for words in (["check"], ["images"], ["init"], ["config", "show"], ["diagnose"])
    ]
    text = re.sub(r"`(?:docker|git|skopeo|crictl|ctr|kubectl) [^`]*`", "", page.read_text(encoding="utf-8"))
    for option in set(re.findall(r"(?<![\w|-])--[a-z][a-z-]+", text)) - OF_OTHER_TOOLS:
        assert any(option in shown for shown in helps), option


def test_the_examples_hold_a_defect_of_each_kind_and_their_twins_none() -> None:
    broken = imagelint("examples/broken", "--format=concise", "--today=2026-11-24", cwd=ROOT)
    found = set(re.findall(r"\[([a-z-]+)\]", broken.stdout))
    elsewhere = {
        "image-not-in-inventory",
        "expired-ignore",
        "internal-error",
        "kustomize-refuses",
        "unmatched-override",
    }
    named = {rule.name for rule in RULES if rule.on} - elsewhere
    assert named - found == set()
    repaired = imagelint("examples/repaired", "--today=2026-11-24", cwd=ROOT)
    assert (repaired.returncode, repaired.stdout) == (0, "")


def test_the_overlays_of_the_examples_have_a_defect_in_each_place_and_their_twins_none() -> None:
    broken = imagelint("examples/overlays/broken", "--format=concise", "--today=2026-11-24", cwd=ROOT)
    places = re.findall(r"examples/overlays/broken/(\S+?):\d+:\d+: \w+\[([a-z-]+)\]", broken.stdout)
    assert places == [
        ("base/deployment.yaml", "invalid-image-reference"),
        ("overlays/prod/kustomization.yaml", "misspelled-registry"),
        ("overlays/prod/sync.yaml", "deprecated-registry"),
    ]
    repaired = imagelint("examples/overlays/repaired", "--today=2026-11-24", cwd=ROOT)
    assert (repaired.returncode, repaired.stdout) == (0, "")


@needs_helm
def test_the_charts_of_the_examples_have_a_defect_in_values_and_in_a_template_and_their_twins_none(
    tmp_path: Path,
) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    (tmp_path / ".git").mkdir()  # its helm is not that of the project, which a run in the project would refuse
    for helm in HELMS:
        environment = {"PATH": path_with(helm)}
        broken = imagelint("examples/charts/broken", "--format=concise", cwd=tmp_path, **environment)
        places = re.findall(r"examples/charts/broken/(\S+?):\d+:\d+: \w+\[([a-z-]+)\]", broken.stdout)
        assert places == [
            ("environments/prod.yaml", "misspelled-registry"),
            ("shop/templates/deployment.yaml", "invalid-image-reference"),
        ]
        repaired = imagelint("examples/charts/repaired", cwd=tmp_path, **environment)
        assert (repaired.returncode, repaired.stdout, "note:" in repaired.stderr) == (0, "", False)
