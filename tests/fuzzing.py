"""From bytes to every output, for the tests of this suite and for `make fuzz`."""

from __future__ import annotations

import os
import tempfile
from functools import cache
from typing import TYPE_CHECKING

from imagelint.config.starter import starter_configuration
from imagelint.diagnose import diagnose
from imagelint.diagnose.answers import answers_of
from imagelint.diagnose.diagnosis_report import FORMATS as DIAGNOSIS_FORMATS
from imagelint.diagnose.diagnosis_report import DiagnosisReport
from imagelint.diagnose.diagnosis_report import render as render_diagnosis
from imagelint.facts.extract import extract
from imagelint.index.index import Index
from imagelint.linting.check import Outcome
from imagelint.linting.report import Report
from imagelint.linting.selection import RuleSetting, Selection
from imagelint.reporting import FORMATS, Style, render
from imagelint.reporting.diff import diff
from imagelint.reporting.image_rows import image_entries, image_references, image_table
from imagelint.session import Request, Session
from imagelint.text.places import SourceId
from imagelint.text.source import Source, UnreadableError, decode
from imagelint.world.world import World
from imagelint.writing.fixing import fixed_files
from imagelint_rules import RULES
from support import TODAY, judge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imagelint.facts.input import Input
    from imagelint.linting.check import Outcome

DIAGNOSIS_NAMES = (*DIAGNOSIS_FORMATS,)
ALL_FORMATS = (*FORMATS, "statistics")
ALL_RULES = Selection(rules={rule.name: RuleSetting(True) for rule in RULES})
WORLD = World(today=TODAY)


@cache
def folder() -> str:
    """A folder for one file at a time; what it is called does not reach the findings."""
    return tempfile.mkdtemp(prefix="imagelint-fuzz-")


def read_bytes(raw: bytes, name: str) -> Input:
    """The bytes, read as a file of that name."""
    path = os.path.join(folder(), *name.split("/"))
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(raw)
    return Session().read(Request([path]))


def facts_of(raw: bytes, *, is_strict: bool = False) -> tuple[object, ...] | None:
    """What the rules go by; with `is_strict` every document is parsed. None for what is not text."""
    try:
        facts = extract(Source(SourceId("input.yaml"), decode(raw)), is_strict=is_strict)
    except UnreadableError:
        return None
    return facts.pods, facts.secrets, facts.service_accounts


def diagnosis_of(raw: bytes, format_: str) -> int:
    """Diagnose the bytes as the output of some tool, and return how many characters the report has."""
    failures, hints = diagnose([raw])
    report = DiagnosisReport(answers_of(failures, WORLD.knowledge), hints)
    return sum(map(len, render_diagnosis(report, format_)))


def outputs_of(raw: bytes, name: str, formats: Sequence[str] = ALL_FORMATS) -> tuple[int, Outcome]:
    """Make the outputs of the bytes, and return how many characters they have, with what was found."""
    found = read_bytes(raw, name)
    outcome = judge(found, WORLD, ALL_RULES)
    index = Index(found.files, WORLD)
    report = Report(outcome.findings, found, outcome.suppressed, RULES, judged=[(index, found.reported)])
    entries = image_entries(index, found, found.reported)
    pieces = [piece for format_ in formats for piece in render(report, format_, Style(colour=True))]
    pieces += [*image_table(entries), *image_references(index, found, found.reported), starter_configuration(index)]
    targets = {source.path: os.path.realpath(source.path) for source in found.files}
    for file in fixed_files(outcome.findings, found.files, targets, unsafe=True):
        assert file.problem is None, file.problem
        pieces += diff(file.path, file.before, file.edits)
    return sum(map(len, pieces)), outcome
