"""The manual: its examples are run, its pages of rules are those of the rules, its links lead somewhere.

`IMAGELINT_UPDATE_DOCS=1 pytest tests/test_manual.py` updates the output of the examples; read the difference before
committing it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from jsonschema import Draft202012Validator

import pictures
import reason_pages
import rule_pages
from imagelint_rules import RULES
from linter.sources.charts import HELMS
from manual import DOCS, WITH_A_PROJECT, Place, fences
from support import ROOT, imagelint, read_yaml, run_tool

# The commands of the page on examples/fleet need packages, with which `make fleet` runs them.
PAGES = sorted({*DOCS.glob("*.md")} - {DOCS / "fleet.md"})
CI = (DOCS / "ci.md").read_text(encoding="utf-8")
EDITORS = (DOCS / "editors.md").read_text(encoding="utf-8")
COMMIT = "0123456789abcdef0123456789abcdef01234567"
SCHEMAS = {
    ".github/workflows/imagelint.yaml": "vendor.github-workflows",
    ".gitlab-ci.yml": "vendor.gitlab-ci",
    "azure-pipelines.yml": "vendor.azure-pipelines",
}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_examples_print_what_the_page_shows(page: Path, tmp_path: Path) -> None:
    text = page.read_text(encoding="utf-8")
    if page.stem == "deployed" and not HELMS:
        text = text.partition("\n## Charts\n")[0]
    helm = {"helm": f'exec {HELMS[-1]} "$@"'} if page.stem == "deployed" and HELMS else {}
    run = Place(tmp_path, with_a_project=page.stem in WITH_A_PROJECT, programs=helm).with_outputs(text)
    if os.environ.get("IMAGELINT_UPDATE_DOCS"):
        page.write_text(run, encoding="utf-8")
    assert page.read_text(encoding="utf-8").startswith(run)


def test_every_program_of_the_manual_is_run() -> None:
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for fence in fences(text, "python"):
            assert fence.title, f"{page.name}: a program without a file, which no test runs"
            assert f"$ python {fence.title}" in text or page.stem == "own-rules", fence.title


def test_pages_of_the_rules_are_made_from_the_rules() -> None:
    committed = {path.name: path.read_text(encoding="utf-8") for path in rule_pages.PAGES.iterdir()}
    assert committed == rule_pages.pages(), "run `make pages`"


def test_every_default_rule_says_how_often_it_is_right() -> None:
    pages = rule_pages.pages()
    rules = [rule for rule in RULES if rule.on and rule.module.startswith("imagelint_rules.")]
    silent = [rule.name for rule in rules if "## How often is it right?" not in pages[f"{rule.name}.md"]]
    assert silent == []
    assert {name for name in rule_pages.READINGS if name not in {rule.name for rule in rules}} == set()


def test_readings_fit_their_schema() -> None:
    schema = json.loads((ROOT / "tools/readings.schema.json").read_text(encoding="utf-8"))
    validator: Any = Draft202012Validator  # its methods have no complete types
    validator.check_schema(schema)
    validator(schema).validate(rule_pages.READINGS)
    assert all(reading.get("right", 0) <= reading.get("read", 0) for reading in rule_pages.READINGS.values())


def test_pages_of_the_waiting_reasons_are_made_from_the_data() -> None:
    committed = {path.name: path.read_text(encoding="utf-8") for path in reason_pages.PAGES.iterdir()}
    assert committed == reason_pages.pages(), "run `make pages`"


def test_commands_in_pipelines_are_right(tmp_path: Path) -> None:
    """Those in YAML and Groovy, which are not run as they are."""
    place = Place(tmp_path)
    scripts = "".join(fence.text for fence in fences(CI, "yaml", "groovy"))
    commands = re.findall(r"\bimagelint --[^'\n]+", scripts)
    assert len(commands) == 3
    for command in commands:
        assert place.run(command)[0] == 0, command


@pytest.mark.parametrize("number", range(len(fences(CI, "yaml"))))
def test_pipelines_fit_their_schemas(number: int, tmp_path: Path) -> None:
    fence = fences(CI, "yaml")[number]
    file = tmp_path / fence.title
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(fence.text.replace("COMMIT", COMMIT), encoding="utf-8")
    if fence.title in SCHEMAS:
        run_tool("check-jsonschema", f"--builtin-schema={SCHEMAS[fence.title]}", str(file))
    else:
        run_tool("pre-commit", "validate-config", str(file))
    if file.parent.name == "workflows":
        run_tool("zizmor", "--offline", "--no-config", "--persona", "pedantic", str(file))


def test_inputs_in_pipelines_are_those_of_the_action_and_of_the_component() -> None:
    workflow, component = (read_yaml(fence.text) for fence in fences(CI, "yaml")[:2])
    action = read_yaml((ROOT / "action.yml").read_text(encoding="utf-8"))
    step = next(step for step in workflow["jobs"]["imagelint"]["steps"] if step.get("id") == "imagelint")
    assert step["with"].keys() <= action["inputs"].keys()
    reported = re.findall(r"^\| `([a-z-]+)` \| (?:`([^`]+)`)? ?\|", CI, re.MULTILINE)
    assert {name: default for name, default in reported if name in action["inputs"]} == {
        name: declared["default"] for name, declared in action["inputs"].items()
    }
    header = read_yaml((ROOT / "templates/imagelint.yml").read_text(encoding="utf-8").partition("---")[0])
    assert component["include"][0]["inputs"].keys() <= header["spec"]["inputs"].keys()


def test_the_problem_matcher_fits_a_finding_and_the_files_are_the_same() -> None:
    tasks, *others = (json.loads(fence.text) for fence in fences(EDITORS, "json"))
    pattern = tasks["tasks"][0]["problemMatcher"]["pattern"]
    line = imagelint("examples/broken/media.yaml", "--format=concise", "--select=never-pull-policy", cwd=ROOT).stdout
    found = re.fullmatch(pattern["regexp"], line.rstrip())
    assert found
    parts = [found[pattern[name]] for name in ("file", "line", "column", "severity", "code")]
    assert parts == ["examples/broken/media.yaml", "23", "28", "warning", "never-pull-policy"]
    settings, entry = others
    assert settings["yaml.schemas"]["PATH_TO/config.schema.json"] == entry["fileMatch"]


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.anchors: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del tag
        self.targets += [value for name, value in attrs if name in {"href", "src"} and value]
        self.anchors.update(value for name, value in attrs if name == "id" and value)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(DOCS, folder / "docs")
    shutil.copy(ROOT / "zensical.toml", folder)
    subprocess.run([Path(sys.executable).parent / "zensical", "build", "--strict"], cwd=folder, check=True)
    (folder / "site/docs/assets/javascripts/iframe-worker.js").touch()  # which `make site` adds
    return folder / "site/docs"


def test_the_navigation_has_every_page_and_the_rules_in_their_groups() -> None:
    text = (ROOT / "zensical.toml").read_text(encoding="utf-8")
    groups: dict[str, list[dict[str, str]]] = {}
    for title, entries in re.findall(r'    \{ "([^"]+)" = \[\n((?:      \{.*\n)+)    \] \},', text):
        groups[title] = [{name: path} for name, path in re.findall(r'\{ "([^"]+)" = "([^"]+)" \}', entries)]
    assert groups == rule_pages.navigation()
    pages = {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")}
    assert pages - set(re.findall(r'"([\w/.-]+\.md)"', text)) == set()


def test_pictures_are_made_from_text() -> None:
    committed = {path.name: path.read_text(encoding="utf-8") for path in pictures.PICTURES.iterdir()}
    assert committed == pictures.pictures(), "run `make pictures`"
    for text in committed.values():
        assert "<title>" in text
        assert not re.search(r"href|src=|url\(", text)


def test_links_of_the_site_lead_somewhere(site: Path) -> None:
    pages: dict[Path, _Links] = {}
    for path in site.rglob("*.html"):
        pages[path] = _Links()
        pages[path].feed(path.read_text(encoding="utf-8"))
    assert len(pages) > 40
    for path, links in pages.items():
        for target in map(urlsplit, links.targets):
            if target.scheme or target.netloc or path.name == "404.html":
                continue
            file = (path.parent / unquote(target.path)).resolve() if target.path else path
            if not file.is_relative_to(site):  # out of docs/, as in the repository
                file = ROOT / file.relative_to(site.parent)
            assert file.exists(), (path, target)
            assert not target.fragment or target.fragment in pages[file].anchors, (path, target)


def test_pages_load_nothing_from_elsewhere(site: Path) -> None:
    for path in site.rglob("*.html"):
        loaded = re.findall(r"<(?:script|img|iframe|link)\b[^>]*?(?:src|href)=\"?(?:https?:)?//[^>]*", path.read_text())
        assert loaded == [], path
