from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from imagelint.world.knowledge.base import builtin
from imagelint.world.knowledge.compile import FOLDER, compiled, load_schema, load_source, main
from imagelint.world.knowledge.registries import Access, Registries, Registry

if TYPE_CHECKING:
    from pathlib import Path

SOURCE = load_source("registries")
VALIDATOR: Any = Draft202012Validator(load_schema("registries"))

GOOD: dict[str, Any] = {
    "host": "registry.example.com",
    "name": "Example",
    "operator": "Example Ltd",
    "access": "private",
    "status": "active",
    "source": "https://example.com/",
    "evidence": "recall",
}

BAD: dict[str, dict[str, Any]] = {
    "host in upper case": {"host": "Registry.example.com"},
    "host with a scheme": {"host": "https://registry.example.com"},
    "host with a path": {"host": "registry.example.com/team"},
    "host with an empty port": {"host": "registry.example.com:"},
    "empty host": {"host": ""},
    "empty name": {"name": ""},
    "name that is not text": {"name": 7},
    "unknown access": {"access": "secret"},
    "unknown status": {"status": "closed"},
    "unknown evidence": {"evidence": "rumour"},
    "unknown cloud": {"node_credentials": "okd"},
    "null instead of absence": {"since": None},
    "month 13": {"since": "2025-13"},
    "day 0": {"ends": "2025-12-00"},
    "year as a number": {"since": 2025},
    "date with a time": {"since": "2025-01-01T00:00"},
    "two replacements": {"replacement": "ghcr.io/a or quay.io/a"},
    "replacement with a scheme": {"replacement": "https://ghcr.io"},
    "long note": {"note": "x" * 111},
    "empty note": {"note": ""},
    "note of two lines": {"note": "one\ntwo"},
    "note with a full stop": {"note": "closed."},
    "source that is not an address": {"source": "public files"},
    "unknown field": {"colour": "red"},
}


def entry(host: str, **fields: Any) -> dict[str, Any]:
    return {**GOOD, "host": host, **fields}


def found(known: Registries, host: str) -> str | None:
    registry = known.find(host)
    return registry.host if registry else None


def filled(host: str) -> str:
    """A host that a glob is meant for."""
    return host.replace("*", "my.team-1")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for path in FOLDER.glob("registries.*[nl]"):
        shutil.copy(path, tmp_path)
    return tmp_path


class TestData:
    def test_compiled_file_equals_the_source(self) -> None:
        assert (FOLDER / "registries.json").read_text(encoding="utf-8") == compiled(SOURCE)

    def test_has_one_entry_on_a_line(self) -> None:
        assert len(compiled(SOURCE).splitlines()) == len(SOURCE) + 2

    def test_hosts_are_unique(self) -> None:
        assert len({row["host"] for row in SOURCE}) == len(SOURCE)

    def test_fields_of_the_schema_are_those_of_the_class(self) -> None:
        assert set(load_schema("registries")["items"]["properties"]) == set(Registry._fields)

    def test_head_documents_every_field(self) -> None:
        head = (FOLDER / "registries.yaml").read_text(encoding="utf-8").partition("- host:")[0]
        documented = {word.strip(",") for line in head.splitlines() for word in line[2:].partition("  ")[0].split()}
        assert set(Registry._fields) <= documented

    @pytest.mark.parametrize(
        "row", [row for row in SOURCE if row["status"] == "shut-down"], ids=lambda row: row["host"]
    )
    def test_a_closed_registry_has_a_replacement_or_a_reason(self, row: dict[str, Any]) -> None:
        assert row.get("replacement") or row.get("note")

    @pytest.mark.parametrize("row", [row for row in SOURCE if "replacement" in row], ids=lambda row: row["host"])
    def test_a_replacement_is_alive(self, row: dict[str, Any]) -> None:
        instead = builtin().registries.find(filled(row["replacement"].partition("/")[0]))
        assert instead is None or not instead.is_shut_down

    @pytest.mark.parametrize("row", [row for row in SOURCE if "ends" in row], ids=lambda row: row["host"])
    def test_only_a_registry_that_is_being_left_has_an_end(self, row: dict[str, Any]) -> None:
        assert row["status"] in {"deprecated", "frozen"}


class TestSchema:
    def test_is_a_schema_and_accepts_a_good_entry(self) -> None:
        VALIDATOR.validate([GOOD])

    @pytest.mark.parametrize("change", BAD.values(), ids=BAD)
    def test_rejects(self, change: dict[str, Any]) -> None:
        assert not VALIDATOR.is_valid([{**GOOD, **change}])

    @pytest.mark.parametrize("field", GOOD)
    def test_rejects_an_entry_without(self, field: str) -> None:
        row = {key: value for key, value in GOOD.items() if key != field}
        assert not VALIDATOR.is_valid([row])

    @pytest.mark.parametrize("date", ["2025", "2025-02", "2025-02-24"])
    def test_accepts_the_date(self, date: str) -> None:
        VALIDATOR.validate([{**GOOD, "since": date, "ends": date}])


class TestFind:
    @pytest.mark.parametrize("row", SOURCE, ids=lambda row: row["host"])
    def test_every_entry_by_a_host_made_from_it(self, row: dict[str, Any]) -> None:
        registry = builtin().registries.find(filled(row["host"]))
        fields: dict[str, Any] = {**row, "access": Access(row["access"])}
        assert registry == Registry(**fields)

    @pytest.mark.parametrize(
        ("host", "expected"),
        [
            ("releases-docker.jfrog.io", "releases-docker.jfrog.io"),
            ("acme.jfrog.io", "*.jfrog.io"),
            ("cp.icr.io", "*.icr.io"),
            ("de.icr.io", "*.icr.io"),
            ("123456789012.dkr.ecr.eu-west-1.amazonaws.com", "*.dkr.ecr.*.amazonaws.com"),
            ("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn", "*.dkr.ecr.*.amazonaws.com.cn"),
            ("europe-west1-docker.pkg.dev", "*-docker.pkg.dev"),
            ("GHCR.IO", "ghcr.io"),
            ("Acme.AzureCR.io", "*.azurecr.io"),
        ],
    )
    def test_the_most_specific_entry(self, host: str, expected: str) -> None:
        assert found(builtin().registries, host) == expected

    @pytest.mark.parametrize(
        "host",
        [
            "registry.example.com",
            "localhost:5000",
            "azurecr.io",
            "acme.azurecr.io.example.com",
            "ghcr.io:443",
            "acme.azurecr.io:5000",
            "ghcrxio",
            "acme.azurecr.io\n",
            "",
        ],
    )
    def test_nothing_for(self, host: str) -> None:
        assert builtin().registries.find(host) is None

    def test_nothing_for_no_host(self) -> None:
        assert builtin().registries.find(None) is None

    def test_more_literal_text_wins_in_any_order(self) -> None:
        globs = ["*.example.com", "*.*.*.*.*.*.example.com", "team-*.example.com", "*.team-a.example.com"]
        for order in (globs, globs[::-1]):
            known = Registries(entry(host) for host in order)
            assert found(known, "team-b.example.com") == "team-*.example.com"
            assert found(known, "x.team-a.example.com") == "*.team-a.example.com"
            assert found(known, "x.example.com") == "*.example.com"
            # Stars are not text, so six of them and their dots are worth the dots alone.
            assert found(known, "a.b.c.d.e.f.example.com") == "*.*.*.*.*.*.example.com"

    def test_stars_do_not_count_as_text(self) -> None:
        known = Registries([entry("*a*b*.example.com"), entry("x*yz.example.com")])
        assert found(known, "xab.yz.example.com") == "x*yz.example.com"

    def test_the_ends_of_a_glob_may_not_share_letters(self) -> None:
        assert found(Registries([entry("aba*aba.example.com")]), "aba.example.com") is None

    def test_a_port_only_by_an_entry_with_that_port(self) -> None:
        known = Registries([entry("*.example.com"), entry("registry.example.com:5000"), entry("*.example.org:5000")])
        assert found(known, "registry.example.com:5000") == "registry.example.com:5000"
        assert found(known, "registry.example.com:5001") is None
        assert found(known, "registry.example.com") == "*.example.com"
        assert found(known, "a.example.org:5000") == "*.example.org:5000"
        assert found(known, "a.example.org") is None

    def test_answers_are_remembered(self) -> None:
        assert builtin().registries.find("acme.azurecr.io") is builtin().registries.find("acme.azurecr.io")

    def test_hosts_are_the_exact_ones(self) -> None:
        assert builtin().registries.hosts() == {row["host"] for row in SOURCE if "*" not in row["host"]}

    @pytest.mark.parametrize(
        ("host", "cloud"),
        [
            ("1.dkr.ecr.us-east-1.amazonaws.com", "eks"),
            ("1.dkr-ecr.us-east-1.on.aws", "eks"),
            ("eu.gcr.io", "gke"),
            ("us-docker.pkg.dev", "gke"),
            ("acme.azurecr.cn", "aks"),
            ("public.ecr.aws", None),
            ("ghcr.io", None),
        ],
    )
    def test_nodes_that_bring_credentials(self, host: str, cloud: str | None) -> None:
        registry = builtin().registries.find(host)
        assert registry is not None
        assert registry.node_credentials == cloud

    @pytest.mark.parametrize(
        ("host", "access"),
        [
            ("docker.io", Access.MIXED),
            ("ghcr.io", Access.MIXED),
            ("quay.io", Access.MIXED),
            ("registry.gitlab.com", Access.MIXED),
            ("acme.jfrog.io", Access.MIXED),
            ("higress-registry.cn-hangzhou.cr.aliyuncs.com", Access.MIXED),
            ("registry.redhat.io", Access.PRIVATE),
            ("acme.azurecr.io", Access.PRIVATE),
            ("registry.k8s.io", Access.PUBLIC),
        ],
    )
    def test_access(self, host: str, access: Access) -> None:
        registry = builtin().registries.find(host)
        assert registry is not None
        assert registry.access is access


class TestCompile:
    def test_check_from_the_command_line(self) -> None:
        command = [sys.executable, "-W", "error", "-m", "imagelint.world.knowledge.compile", "--check"]
        path = {"PYTHONPATH": str(FOLDER.parents[2])}
        run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, env=path)
        assert (run.returncode, run.stdout, run.stderr) == (0, "", "")

    @pytest.mark.parametrize("damage", ["edited", "absent"])
    def test_check_finds_a_compiled_file_that_is(
        self, damage: str, folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        target = folder / "registries.json"
        if damage == "edited":
            target.write_text("[]\n", encoding="utf-8")
        else:
            target.unlink()
        assert main(["--check"], folder=folder) == 1
        assert "registries.json does not agree with registries.yaml" in capsys.readouterr().err
        assert not target.exists() or target.read_text(encoding="utf-8") == "[]\n"

        assert main([], folder=folder) == 0
        assert main(["--check"], folder=folder) == 0

    @pytest.mark.parametrize(
        ("before", "after", "message"),
        [
            ("access: mixed", "access: some", "$[0].access: 'some' is not one of"),
            ('host: "index.docker.io"', 'host: "docker.io"', "host docker.io comes 2 times"),
            ("name: Docker Hub", "name: [", "while parsing"),
        ],
    )
    def test_refuses_a_bad_source(
        self, before: str, after: str, message: str, folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        source, target = folder / "registries.yaml", folder / "registries.json"
        text = source.read_text(encoding="utf-8")
        source.write_text(text.replace(before, after, 1), encoding="utf-8")
        untouched = target.read_bytes()
        assert main([], folder=folder) == 1
        assert message in capsys.readouterr().err
        assert target.read_bytes() == untouched
