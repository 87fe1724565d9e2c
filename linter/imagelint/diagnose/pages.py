"""Pages of the manual about waiting reasons and causes, from the data that diagnoses are made of."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from imagelint.data import load_data
from imagelint.diagnose.answers import filled, values_of
from imagelint.diagnose.causes import about_causes, texts_of
from imagelint.diagnose.observations import Diagnosis, Failure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


@cache
def reasons() -> Mapping[str, Mapping[str, Any]]:
    """What is said of each waiting reason, by its name (`data/reasons.json`)."""
    return {row["reason"]: row for row in load_data("reasons.json")}


def reason_page(reason: str, *, linked: bool = False) -> str:
    """The page of a waiting reason, in Markdown; `linked` for the manual."""
    row = reasons()[reason]
    causes = "\n".join(_cause_section(cause, linked=linked) for cause in row["causes"])
    ask = f"kubectl describe pod POD -n NAMESPACE | imagelint diagnose{' - --manifests DIR' if linked else ''}"
    return (
        f"# {reason}\n\n{row['summary']}\n\n{row['text']}\n\n"
        f"`imagelint diagnose` finds the cause:\n\n```\n{ask}\n```\n\n## Causes\n\n{causes}\nSource: {row['source']}.\n"
    )


def cause_page(cause: str) -> str:
    """The page of a cause, with what differs in its subcauses."""
    sections = [_cause_section(cause, linked=False)]
    for name in about_causes()[cause].get("subcauses", {}):
        said = texts_of(Diagnosis(cause, name))
        sections.append(f"### {cause} ({name})\n\n{said.summary}\n\nFix: {_example(said.fix)}.\n")
    return "\n".join([f"# {cause}\n", *sections, _sources(cause)])


def _cause_section(cause: str, *, linked: bool) -> str:
    said = texts_of(Diagnosis(cause))
    rules = ", ".join(f"[`{rule}`](../rules/{rule}.md)" if linked else f"`{rule}`" for rule in said.rules)
    found = f"\nRules that find it in manifests: {rules}.\n" if rules else ""
    return f"### {cause}\n\n{said.summary}\n\nFix: {_example(said.fix)}.\n{found}"


def _example(text: str) -> str:
    """A text of the data, with capitals for what only a failure can say."""
    return filled(text, values_of(Failure(None, None, None, None, None, Diagnosis("unknown"), None)))


def _sources(cause: str) -> str:
    return "Sources: " + "; ".join(dict.fromkeys(_source_texts(cause))) + ".\n"


def _source_texts(cause: str) -> Iterator[str]:
    rows: Iterable[Mapping[str, Any]] = load_data("causes.json")["texts"]
    for row in rows:
        if row["cause"] == cause:
            yield from (f"{source['runtime']} {source['version']} {source['function']}" for source in row["sources"])
