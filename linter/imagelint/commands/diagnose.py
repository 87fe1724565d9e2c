"""`imagelint diagnose`: from what a cluster says to the line to change."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from imagelint.commands import FOUND, OK
from imagelint.commands.options import color_option
from imagelint.commands.terminal import has_colour, progress, say, write
from imagelint.text.errors import UserFileError
from imagelint.text.source import refusal, standard_input

if TYPE_CHECKING:
    from imagelint.diagnose.manifests import Manifests

STDIN = "-"
# Beyond this the start alone is diagnosed.
MAX_BYTES = 64 * 1024 * 1024
# As `imagelint.diagnose.diagnosis_report.FORMATS`, which is imported once there is something to report.
_FORMATS = ("text", "json", "github", "markdown")


@click.command("diagnose")
@click.argument("texts", nargs=-1, metavar="[FILE]...", type=click.Path())
@click.option(
    "--manifests",
    multiple=True,
    metavar="PATH",
    type=click.Path(),
    help="Join each failure to the manifests in PATH, a file or folder. May be repeated.",
)
@click.option(
    "--format", "format_", type=click.Choice(_FORMATS), default="text", show_default=True, help="Output format."
)
@color_option
def command(*, texts: tuple[str, ...], manifests: tuple[str, ...], format_: str) -> int:
    """Find the failed image pulls in the output of kubectl and other tools, and their causes.

    FILE is what kubectl describe, get events or get pods, a log of the kubelet or of the container runtime, Helm, Flux,
    Argo CD or a CI job printed; - or nothing is standard input. No cluster is contacted.

    Exit status: 0 no failed pull, or all resolved; 1 failed pulls; 2 wrong usage or a file that cannot be read.
    """
    if STDIN in manifests:
        raise click.UsageError("--manifests needs files or folders: standard input is the text to diagnose")
    return diagnose_texts([read_text(path) for path in texts or (STDIN,)], manifests, format_)


def diagnose_texts(texts: list[bytes], manifests: tuple[str, ...] = (), format_: str = "text") -> int:
    """Print what is found in some texts; returns the exit status. Raises UserFileError for manifests."""
    from imagelint.diagnose import diagnose
    from imagelint.diagnose.answers import answers_of
    from imagelint.diagnose.diagnosis_report import DiagnosisReport, render
    from imagelint.world.knowledge.base import builtin

    failures, hints = diagnose(texts)
    answers = answers_of(failures, builtin())
    if manifests:
        from imagelint.diagnose.manifests import joined

        parts = _read_manifests(manifests)
        answers = [joined(answer, parts) for answer in answers]
    write(render(DiagnosisReport(answers, hints, has_colour(sys.stdout)), format_))
    return FOUND if any(not failure.resolved for failure in failures) else OK


def _read_manifests(paths: tuple[str, ...]) -> list[Manifests]:
    from imagelint.diagnose.manifests import Manifests
    from imagelint.inputs import InputOptions, Inputs

    inputs = Inputs(InputOptions(paths))
    found = inputs.read(progress)
    findings = inputs.session.lint(inputs.runs).findings
    parts = inputs.session.parts(inputs.runs)
    return [Manifests(index, findings, sources | found.units_of(sources)) for _, sources, index in parts]


def read_text(path: str, most: int = MAX_BYTES) -> bytes:
    """The start of a file or of standard input, and one byte more than `most` if it is longer. Raises UserFileError."""
    if path == STDIN and sys.stdin is not None and sys.stdin.isatty():
        say("Paste the output of kubectl, then press Ctrl-D.")
    try:
        if path == STDIN:
            raw = standard_input().read(most + 1)
        else:
            with open(path, "rb") as file:
                raw = file.read(most + 1)
    except OSError as error:
        raise UserFileError(f"{path}: cannot be read: {refusal(error)}") from error
    if len(raw) > most:
        say(f"note: {path}: only the first {most // 1024 // 1024} MiB were read")
    return raw
