"""The command as users, editors and CI call it: exit codes, streams, and every kind of bad input."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from support import imagelint, restore_signals

GOOD = """apiVersion: v1
kind: Pod
metadata: {name: good}
spec:
  containers: [{name: a, image: "quay.io/acme/app:1.4"}]
"""
WARNED = GOOD.replace(":1.4", "")
FAILED = GOOD.replace("acme", "ACME")
FINDING = "error[invalid-image-reference]"


def run(folder: Path, *arguments: str, text: str | None = None, **environment: str) -> tuple[int, str, str]:
    done = imagelint(*arguments, cwd=folder, text=text, **environment)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one defect, which no bad neighbour may hide."""
    (tmp_path / "failed.yaml").write_text(FAILED, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("text", "arguments", "status"),
    [
        (GOOD, [], 0),
        (WARNED, [], 1),
        (WARNED, ["--fail-on=error"], 0),
        (FAILED, ["--fail-on=error"], 1),
        (FAILED, ["--fail-on", "info"], 1),
        (FAILED, ["--format=toml"], 2),
        (FAILED, ["--unknown"], 2),
        (FAILED, ["absent.yaml"], 2),
    ],
)
def test_exit_status(tmp_path: Path, text: str, arguments: list[str], status: int) -> None:
    assert run(tmp_path, *arguments, "-", text=text)[0] == status


@pytest.mark.parametrize("arguments", [[], ["check"], ["--fail-on=error"]])
def test_without_a_path_the_current_folder_is_linted(folder: Path, arguments: list[str]) -> None:
    assert run(folder, *arguments) == run(folder, *arguments, ".")
    assert run(folder, *arguments)[0] == 1


def test_an_empty_list_of_paths_is_accepted(folder: Path) -> None:
    status, out, err = run(folder, "--files-from=-", "--format=concise", text="")
    assert (status, out, err.splitlines()[0]) == (0, "", "note: <stdin>: lists no paths")
    assert run(folder, "--files-from=-", "--require-manifests", text="")[0] == 2


def test_a_missing_path_is_wrong_usage(tmp_path: Path) -> None:
    status, out, err = run(tmp_path, "absent/")
    assert (status, out) == (2, "")
    assert "absent/: no such file or directory" in err


def test_findings_on_stdout_and_all_else_on_stderr(folder: Path) -> None:
    status, out, err = run(folder, ".", "--format=concise")
    assert status == 1
    assert out == (
        "failed.yaml:5:33: error[invalid-image-reference] image `quay.io/ACME/app:1.4` is not a valid reference: "
        "the repository `ACME/app` has upper-case letters; only lower case is allowed\n"
    )
    assert err == ("1 workload cannot start: 1 error in 1 file (1 file and 1 object read)\n[*] 1 fixable with --fix\n")


def test_standard_input_has_its_code_frame(tmp_path: Path) -> None:
    _, out, _ = run(tmp_path, "-", text=FAILED)
    assert "--> <stdin>:5:33" in out
    assert '5 |   containers: [{name: a, image: "quay.io/ACME/app:1.4"}]' in out
    assert "^" * len('"quay.io/ACME/app:1.4"') in out


def test_output_goes_to_a_file(folder: Path) -> None:
    status, out, _ = run(folder, ".", "--format=json", "--output=report.json", "--color=always")
    assert (status, out) == (1, "")
    assert json.loads((folder / "report.json").read_text(encoding="utf-8"))["summary"]["errors"] == 1
    status, _, err = run(folder, ".", "--output=absent/report.json")
    assert status == 2
    assert "absent/report.json: cannot be written: no such file or directory" in err


def test_a_folder_without_manifests_is_reported(tmp_path: Path) -> None:
    (tmp_path / "ci.yaml").write_text("steps: []\n", encoding="utf-8")
    status, out, err = run(tmp_path, ".")
    assert (status, out) == (0, "")
    assert "note: no Kubernetes manifest found" in err


def test_a_chart_is_named_with_the_command_that_renders_it(folder: Path) -> None:
    (folder / "shop/templates").mkdir(parents=True)
    (folder / "shop/Chart.yaml").write_text("name: shop\n", encoding="utf-8")
    (folder / "shop/templates/a.yaml").write_text("{{ x }}", encoding="utf-8")
    status, _, err = run(folder, "--no-render", ".")
    assert status == 1
    assert "note: shop: Helm chart not rendered" in err
    assert "helm template shop | imagelint -" in err


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\x7fELF\x02\x00\x01\xff", "binary, not text"),
        (b"apiVersion: v1\nkind: Pod\nmetadata: \xff\n", "not UTF-8"),
        (b"apiVersion: v1\nkind: Pod\nspec: " + b"[" * 100_000, "nested deeper than 256 levels"),
        (b"apiVersion: v1\nkind: Pod\nspec:\n  " + b"- " * 100_000, "nested deeper than 256 levels"),
        (b"apiVersion: v1\nkind: Pod\n\tx: y\n", "a tab is used for indentation (found character '\\t'"),
        (b"apiVersion: v1\nkind: Pod\nspec: *nowhere\n", "undefined alias `nowhere`"),
        (b"apiVersion: v1\nkind: Pod\nspec: &a [*a]\n", "anchor `a` contains itself"),
        (
            b"apiVersion: v1\nkind: Pod\na0: &a0 [x, x, x, x, x, x, x, x, x]\n"
            + b"".join(b"a%d: &a%d [%s]\n" % (n, n, b", ".join([b"*a%d" % (n - 1)] * 9)) for n in range(1, 9)),
            "aliases expand to more than ",
        ),
    ],
    ids=["elf", "latin-1", "brackets", "dashes", "tab", "alias", "recursion", "bomb"],
)
def test_bad_content_is_a_finding_beside_the_others(folder: Path, data: bytes, message: str) -> None:
    (folder / "bad.yaml").write_bytes(data)
    status, out, _ = run(folder, "--format=concise", "bad.yaml", ".")
    assert status == 1
    assert "bad.yaml:" in out
    assert f"error[syntax-error] {message}" in out
    assert FINDING in out


@pytest.mark.parametrize(
    "data", [b"", b"\n", b"# nothing\n", b"---\n---\n", b"\xef\xbb\xbf", b"null\n", b"[]", b"\x00"]
)
def test_empty_content_is_not_a_finding_on_a_walk(folder: Path, data: bytes) -> None:
    (folder / "empty.yaml").write_bytes(data)
    status, out, _ = run(folder, "--format=concise", ".")
    assert status == 1
    assert out.count("\n") == 1


def test_binary_files_on_a_walk_are_noted(folder: Path) -> None:
    (folder / "data.yaml").write_bytes(b"\x7fELF\x02\x00\x01\xff")
    _, out, err = run(folder, "--format=concise", ".")
    assert "data.yaml" not in out
    assert "note: data.yaml: binary, not text, skipped" in err


def test_a_file_too_large_is_not_read(folder: Path) -> None:
    with (folder / "large.yaml").open("wb") as file:
        file.truncate(200_000_000)
    status, out, _ = run(folder, "--format=concise", ".")
    assert status == 1
    assert "large.yaml:1:1: error[syntax-error] larger than 128 MiB, not read" in out
    assert FINDING in out


def test_a_pipe_is_refused_and_process_substitution_is_read(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    status, _, err = run(folder, "pipe")
    assert status == 2
    assert "pipe: is not a regular file" in err
    reader, writer = os.pipe()
    os.write(writer, FAILED.encode())
    os.close(writer)
    done = subprocess.run(
        [sys.executable, "-m", "imagelint", "--format=concise", f"/dev/fd/{reader}"],
        pass_fds=[reader],
        capture_output=True,
        text=True,
        check=False,
    )
    os.close(reader)
    assert (done.returncode, FINDING in done.stdout) == (1, True)


def test_a_closed_pipe_ends_the_run_silently(tmp_path: Path) -> None:
    (tmp_path / "many.yaml").write_text("---\n".join([FAILED] * 3000), encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, "-m", "imagelint", "--format=concise", "many.yaml"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        error = process.stderr.read()
        assert process.wait() == 1
    assert error == b""


def test_ctrl_c_while_reading(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", "print(flush=True); from imagelint.cli import main; main()", "-"],
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=restore_signals,  # noqa: PLW1509 - there are no threads
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        process.stdout.readline()
        process.stdin.write(b"a: b\n" * 100_000)  # more than a pipe holds: the command is reading now
        process.send_signal(signal.SIGINT)
        _, error = process.communicate()
        assert process.returncode == 130
    assert b"Traceback" not in error


def test_the_context_is_read_and_not_reported(tmp_path: Path) -> None:
    (tmp_path / "pod.yaml").write_text(
        GOOD.replace("spec:\n", "spec:\n  imagePullSecrets: [{name: regcred}]\n"), encoding="utf-8"
    )
    (tmp_path / "failed.yaml").write_text(FAILED, encoding="utf-8")
    (tmp_path / "secret.yaml").write_text(
        "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: regcred}\n"
        "spec: {template: {type: kubernetes.io/dockerconfigjson}}\n",
        encoding="utf-8",
    )
    assert "pull-secret-undefined" in run(tmp_path, "pod.yaml")[1]
    assert run(tmp_path, "--context", ".", "pod.yaml")[:2] == (0, "")


@pytest.mark.parametrize(
    ("arguments", "environment", "coloured"),
    [
        ([], {}, False),
        (["--color=always"], {}, True),
        (["--color=always"], {"NO_COLOR": "1"}, True),
        (["--color=never"], {"FORCE_COLOR": "1"}, False),
        ([], {"FORCE_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "0"}, False),
        ([], {"CLICOLOR_FORCE": "1"}, True),
        ([], {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        ([], {"NO_COLOR": "", "FORCE_COLOR": "1"}, True),
    ],
)
def test_colour(folder: Path, arguments: list[str], environment: dict[str, str], coloured: bool) -> None:
    _, out, _ = run(folder, *arguments, ".", **environment)
    assert ("\x1b[" in out) is coloured


def test_rules_and_their_manual(tmp_path: Path) -> None:
    _, out, _ = run(tmp_path, "rules")
    assert "latest-tag" in out
    status, out, _ = run(tmp_path, "explain", "latest-tag")
    assert status == 0
    assert out.startswith("# latest-tag (warning)\n")
    assert "### Why is this bad?" in out
    status, _, err = run(tmp_path, "explain", "latest-tags")
    assert status == 2
    assert "did you mean `latest-tag`?" in err


def test_the_images_of_a_folder(folder: Path) -> None:
    status, out, _ = run(folder, "images", ".")
    assert status == 0
    assert out.splitlines()[1].split() == [
        *("quay.io/ACME/app:1.4", "Pod", "good", "a", "IfNotPresent", "default", "-", "failed.yaml:5")
    ]
    (entry,) = json.loads(run(folder, "images", ".", "--format=json")[1])
    assert (entry["valid"], entry["line"], entry["column"]) == (False, 5, 33)


def test_windows_text_reads_like_any_other(folder: Path) -> None:
    (folder / "failed.yaml").write_bytes(b"\xff\xfe" + FAILED.replace("\n", "\r\n").encode("utf-16-le"))
    assert "failed.yaml:5:33: " in run(folder, "--format=concise", ".")[1]


def test_an_interrupt_at_the_start_prints_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "click.py").write_text("raise KeyboardInterrupt\n", encoding="utf-8")
    assert run(tmp_path, ".", PYTHONPATH=str(tmp_path)) == (130, "", "")


def imported_by(code: str, folder: Path) -> set[str]:
    """The modules that some code imports, beside those that Python itself needs."""
    script = f"import sys\nbefore = set(sys.modules)\n{code}\nprint(*sys.modules.keys() - before)"
    done = subprocess.run([sys.executable, "-c", script], cwd=folder, capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


# What one file with a finding needs none of.
UNASKED = {
    *("api", "commands.images", "commands.verbose", "config.file", "config.layers", "config.starter"),
    *("config.toml_nodes", "config.validation", "diagnose", "facts.bare_patches", "facts.json_decoder"),
    *("facts.kustomization", "facts.secrets", "facts.service_accounts", "facts.suppressions", "facts.templates"),
    *("index.catalogs", "index.inferred_platform", "kubelet.docker_config", "kubelet.keyring", "linting.crashes"),
    *("reporting.contract", "reporting.html_report", "reporting.image_rows", "reporting.json_report"),
    *("reporting.json_text", "reporting.sarif", "reporting.text_report", "sources.charts", "sources.git_index"),
    *("sources.gitignore", "sources.kustomize", "sources.overlays", "sources.purpose", "sources.rendered_charts"),
    *("text.go_base64", "text.tags", "world.inventory", "writing.baseline", "writing.fixing"),
}
# What else of the standard library than click and ruamel.yaml need: click looks for translations, and data is JSON.
ASKED = {"_json", "_locale", "json", "locale"}
# How many modules of the engine a file without findings needs, with the packages; the rules are beside them.
MOST_MODULES = 88


def test_plain_runs_import_only_what_they_need(folder: Path) -> None:
    run_it = "from imagelint.cli import cli; cli.main(['--format=concise', 'failed.yaml'], standalone_mode=False)"
    imported = imported_by(run_it, folder)
    assert "imagelint.session" in imported
    packages = {name.partition(".")[0] for name in imported if "cython" not in name}
    assert packages - sys.stdlib_module_names == {"imagelint", "imagelint_rules", "click", "ruamel", "_ruamel_yaml"}
    assert not packages & {"concurrent", "difflib", "multiprocessing", "pathlib", "subprocess", "tempfile", "tomllib"}
    assert all(find_spec(f"imagelint.{name}") for name in UNASKED), "a module in this list was renamed"
    assert not {name for name in UNASKED if f"imagelint.{name}" in imported}


def test_a_file_without_findings_imports_few_modules(folder: Path) -> None:
    (folder / "good.yaml").write_text(GOOD, encoding="utf-8")
    run_it = "import click, ruamel.yaml\nbefore |= {*sys.modules}\nfrom imagelint.cli import cli\n"
    imported = imported_by(f"{run_it}cli.main(['good.yaml'], standalone_mode=False)", folder)
    own = {name for name in imported if name.partition(".")[0] == "imagelint"}
    others = {name.partition(".")[0] for name in imported - own if "cython" not in name}
    assert others <= {"imagelint_rules", *ASKED}
    assert 60 < len(own) <= MOST_MODULES


def test_plain_runs_make_no_record_of_evaluated_annotations(folder: Path) -> None:
    script = """
import sys
from imagelint.cli import cli

cli.main(["--format=concise", "."], standalone_mode=False)
own = [module for name, module in sys.modules.items() if name.startswith("imagelint")]
kinds = {kind for module in own for kind in vars(module).values() if isinstance(kind, type)}
records = [kind for kind in kinds if issubclass(kind, tuple)]
is_text = lambda kind: all(isinstance(value, str) for value in vars(kind).get("__annotations__", {}).values())
print(len(records), *(kind.__name__ for kind in records if not is_text(kind)))
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=folder, capture_output=True, text=True, check=True)
    count, *evaluated = done.stdout.splitlines()[-1].split()
    assert (int(count) > 40, evaluated) == (True, [])


def test_python_programs_import_no_command(folder: Path) -> None:
    imported = imported_by("from imagelint.api import lint", folder)
    packages = {name.partition(".")[0] for name in imported if "cython" not in name}
    assert packages - sys.stdlib_module_names <= {"imagelint", "ruamel", "_ruamel_yaml"}
    own = {name for name in imported if name.startswith("imagelint.")}
    assert {name for name in own if name.startswith(("imagelint.commands", "imagelint.reporting."))} == {
        "imagelint.reporting.contract"
    }
    assert not {f"imagelint.{name}" for name in UNASKED - {"api", "reporting.contract"}} & own


def test_paths_from_a_list(folder: Path) -> None:
    (folder / "good.yaml").write_text(GOOD, encoding="utf-8")
    for text in ("failed.yaml\ngood.yaml\n", "failed.yaml\0good.yaml\0"):
        (folder / "list").write_text(text, encoding="utf-8")
        status, _, err = run(folder, "--files-from=list")
        assert (status, "2 files and 2 objects read" in err) == (1, True)
        assert run(folder, "--files-from=-", text=text)[0] == 1
    status, _, err = run(folder, "--files-from=absent")
    assert (status, "absent: no such file or directory" in err) == (2, True)


def test_standard_input_has_a_name_and_a_place(tmp_path: Path) -> None:
    (tmp_path / "team").mkdir()
    (tmp_path / "team/.imagelint.yaml").write_text("rules: {invalid-image-reference: info}\n", encoding="utf-8")
    status, out, _ = run(tmp_path, "-", "--stdin-filename=./team/pod.yaml", "--format=concise", text=FAILED)
    assert status == 0
    assert out.startswith("team/pod.yaml:5:33: info[invalid-image-reference]")
    _, out, _ = run(tmp_path, "-", "--stdin-filename=team/pod.yaml", text=FAILED)
    assert "--> team/pod.yaml:5:33" in out
    assert "5 |   containers:" in out


def rules_of(folder: Path, *arguments: str) -> set[str]:
    """The rules that report something."""
    return set(re.findall(r"\[([a-z-]+)\]", run(folder, "--format=concise", *arguments)[1]))


def test_rules_are_selected_by_patterns(tmp_path: Path) -> None:
    secret = "spec:\n  imagePullSecrets: [{name: absent}]\n"
    (tmp_path / "pod.yaml").write_text(WARNED.replace("spec:\n", secret), encoding="utf-8")
    assert rules_of(tmp_path) == {"missing-tag", "pull-secret-undefined"}
    assert rules_of(tmp_path, "--select=pull-secret-*") == {"pull-secret-undefined"}
    assert rules_of(tmp_path, "--ignore=pull-secret-*") == {"missing-tag"}
    assert "digest-required" in rules_of(tmp_path, "--select=ALL")
    assert rules_of(tmp_path, "--select=ALL", "--ignore=*-tag,*-secret*,digest-*,short-*,*-registry") == set()
    status, _, err = run(tmp_path, "--select=nothing-*")
    assert (status, "there is no rule `nothing-*`" in err) == (2, True)


def test_suppressed_findings_are_listed_or_reported(tmp_path: Path) -> None:
    text = WARNED.replace("}]\n", "}] # imagelint: ignore[missing-tag] until 2026-12-31 the move\n")
    (tmp_path / "pod.yaml").write_text(text, encoding="utf-8")
    day = "--today=2026-12-31"
    assert rules_of(tmp_path, day) == set()
    assert "suppressed: pod.yaml:5:33: warning[missing-tag]" in run(tmp_path, day, "--show-suppressed")[2]
    assert "(until 2026-12-31 the move)" in run(tmp_path, day, "--show-suppressed")[2]
    assert rules_of(tmp_path, day, "--no-ignores") == {"missing-tag"}
    assert rules_of(tmp_path, "--today=2027-01-01") == {"missing-tag", "expired-ignore"}
    (tmp_path / "pod.yaml").write_text(text.replace("12-31", "13-31"), encoding="utf-8")
    assert "`2026-13-31` is not a valid date" in run(tmp_path, "--format=concise")[1]


def test_named_files_are_excluded_if_that_is_forced(folder: Path) -> None:
    (folder / ".imagelint.yaml").write_text("exclude: [failed.yaml]\n", encoding="utf-8")
    assert run(folder, "failed.yaml")[0] == 1
    status, out, err = run(folder, "--force-exclude", "failed.yaml", "--format=concise")
    assert (status, out) == (0, "")
    assert "note: `exclude` in the configuration leaves out 1 file that the command names" in err


def test_a_first_run_in_a_repository_ends_with_what_to_do_next(folder: Path) -> None:
    assert "next:" not in run(folder)[2]
    (folder / ".git").mkdir()
    last = run(folder)[2].splitlines()[-1]
    assert last.startswith("next: `imagelint explain invalid-image-reference` explains a finding; `imagelint init`")
    for arguments in (["--format=concise"], ["--quiet"], ["--isolated"], ["--select=latest-tag"]):
        assert "next:" not in run(folder, *arguments)[2]
    assert "next:" not in run(folder, CI="true")[2]
    (folder / ".imagelint.yaml").write_text("", encoding="utf-8")
    assert "next:" not in run(folder)[2]


def test_the_version_names_the_model_and_the_knowledge(tmp_path: Path) -> None:
    assert re.fullmatch(
        r"imagelint \d+\.\d+\.\d+ \(Kubernetes \d+\.\d+\.\d+, knowledge of 20\d\d-\d\d-\d\d\)\n",
        run(tmp_path, "--version")[1],
    )


def test_all_mistakes_of_a_configuration_are_reported(folder: Path) -> None:
    (folder / ".imagelint.yaml").write_text("foo: 1\nbar: 2\nrules: {latest-tag: loud}\n", encoding="utf-8")
    status, _, err = run(folder)
    places = [line.partition(" ")[2].partition(": ")[0] for line in err.splitlines()]
    assert (status, places) == (2, [f".imagelint.yaml:{place}" for place in ("1:1", "2:1", "3:21")])
    text = 'rules: {latest-tga: off}\noverrides: [{paths: [a], rules: {x: off}}]\nexclude: ["!"]\n'
    (folder / ".imagelint.yaml").write_text(text, encoding="utf-8")
    assert run(folder)[2].count("Error: .imagelint.yaml:") == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--today=2026-13-01"], "`2026-13-01` is not a date such as 2027-01-31"),
        ([""], "Error: an empty path: no such file or directory"),
        (["--output="], "Error: an empty path: cannot be written"),
        (["--config=absent"], "Error: absent: cannot be read: no such file or directory"),
        (["--inventory=absent"], "Error: absent: cannot be read: no such file or directory"),
    ],
)
def test_errors_are_sentences(folder: Path, arguments: list[str], message: str) -> None:
    status, _, err = run(folder, *arguments)
    assert (status, message in err) == (2, True), err


def test_all_output_has_colours_or_none(folder: Path) -> None:
    for arguments in ([], ["--diff"], ["rules"], ["explain", "latest-tag"]):
        _, out, _ = run(folder, *arguments, FORCE_COLOR="1")
        assert "\x1b[" in out
        _, out, err = run(folder, *arguments, NO_COLOR="1")
        assert "\x1b[" not in out + err
    for arguments in (["absent"], ["--absent"], ["--config=absent"]):
        assert "\x1b[31m\x1b[1mError:\x1b[0m" in run(folder, *arguments, FORCE_COLOR="1")[2]


def test_completion_scripts_and_kubectl(folder: Path) -> None:
    for shell in ("bash", "zsh", "fish"):
        assert "_IMAGELINT_COMPLETE" in run(folder, "completion", shell)[1]
    program = Path(sys.executable).parent / "kubectl_complete-imagelint"
    for words, expected in ((["explain", "latest-"], "latest-tag"), (["che"], "check"), (["--for"], "--format")):
        done = subprocess.run([program, *words], cwd=folder, capture_output=True, text=True, check=True)
        lines = done.stdout.splitlines()
        assert expected in [line.partition("\t")[0] for line in lines]
        assert lines[-1] == ":0"
