"""Commands that look things up: rules, the manual, the knowledge base."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from imagelint.commands import FOUND, OK, all_rules
from imagelint.commands.diagnose import STDIN, diagnose_texts, read_text
from imagelint.commands.options import color_option, complete_rules, format_option, knowledge_option
from imagelint.commands.terminal import has_colour, say, width_of, write

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.linting.rule import Rule

# Of the JSON of these commands.
VERSION = 1
_COLOURS = {"error": "red", "warning": "yellow", "info": "cyan"}


@click.command("rules")
@format_option
@color_option
def rules_command(*, format_: str) -> int:
    """List the rules with their severity."""
    if format_ == "json":
        _write_json({"rules": [_rule_fields(rule) for rule in all_rules()]})
    else:
        write(_rule_lines(colour=has_colour(sys.stdout)))
    return OK


def _rule_lines(*, colour: bool) -> Iterator[str]:
    rules = all_rules()
    width = max(len(rule.name) for rule in rules)
    for rule in rules:
        name, level = rule.name.ljust(width), rule.level.ljust(7)
        if colour:
            is_off = rule.level not in _COLOURS
            name, level = click.style(name, bold=True), click.style(level, fg=_COLOURS.get(rule.level), dim=is_off)
        yield f"{name}  {level}  {rule.summary}\n"


def _rule_fields(rule: Rule) -> dict[str, Any]:
    return {
        "name": rule.name,
        "level": rule.level,
        "severity": rule.severity,
        "confidence": rule.confidence,
        "summary": rule.summary,
        "prediction": str(rule.prediction.reason) if rule.prediction else None,
        "url": rule.url,
    }


def _write_json(fields: dict[str, Any]) -> None:
    from imagelint.reporting.json_text import json_text

    write([json_text({"version": VERSION, **fields})])


@click.command("explain")
@click.argument("word", metavar="[RULE|REASON|CAUSE|MESSAGE|FILE]", required=False, shell_complete=complete_rules)
@format_option
@color_option
def explain_command(*, word: str | None, format_: str) -> int:
    """Print the manual page of a rule, or say what a waiting reason, a cause or a message of the kubelet means.

    A file, - or nothing is diagnosed, as by `imagelint diagnose`. A page is printed as Markdown unless standard output
    is a terminal.
    """
    if word is None or word == STDIN:
        return diagnose_texts([read_text(STDIN)], format_=format_)
    page = _page_of(word)
    if page is not None:
        _write_page(word, page, format_)
    elif os.path.isfile(word):
        return diagnose_texts([read_text(word)], format_=format_)
    elif " " in word and format_ == "json":
        diagnose_texts([word.encode("utf-8", "replace")], format_=format_)
    elif " " in word:
        _explain_message(word)
    else:
        raise click.UsageError(_unknown_word(word))
    return OK


def _write_page(word: str, page: str, format_: str) -> None:
    if format_ == "json":
        rule = next((_rule_fields(rule) for rule in all_rules() if rule.name == word), None)
        _write_json({"name": word, "rule": rule, "page": page})
    elif sys.stdout.isatty() or has_colour(sys.stdout):
        from imagelint.reporting.terminal_pages import rendered

        write(rendered(page, width_of(sys.stdout), colour=has_colour(sys.stdout)))
    else:
        write([page])


def _page_of(word: str) -> str | None:
    """The page of a rule, of a waiting reason or of a cause; None for any other word."""
    known = next((rule for rule in all_rules() if rule.name == word), None)
    if known is not None:
        return f"# {known.name} ({known.level})\n\n{known.manual}\n"
    from imagelint.diagnose.causes import about_causes
    from imagelint.diagnose.pages import cause_page, reason_page, reasons

    if word in reasons():
        return reason_page(word)
    return cause_page(word) if word in about_causes() else None


def _unknown_word(word: str) -> str:
    from imagelint.config.complaints import did_you_mean
    from imagelint.diagnose.causes import about_causes
    from imagelint.diagnose.pages import reasons

    names = [*(rule.name for rule in all_rules()), *reasons(), *about_causes()]
    hint = did_you_mean(word, names) or "`imagelint rules` lists the rules"
    return f"`{word}` is not a rule, a waiting reason, a cause or a file; {hint}"


@click.command("knowledge")
@click.argument("text", required=False)
@knowledge_option
@format_option
def knowledge_command(*, text: str | None, knowledge: tuple[str, ...], format_: str) -> int:
    """Show what is known about a host or an image, with date and source; TEXT may also be part of an entry."""
    from imagelint.config.added_knowledge import read_knowledge
    from imagelint.text.printable import printable_lines
    from imagelint.world.knowledge.lookup import entries_for, found_for

    if format_ == "json":
        entries = found_for(read_knowledge(knowledge), text)
        _write_json({"entries": [entry._asdict() for entry in entries]})
        return OK if entries else FOUND
    blocks = [*entries_for(read_knowledge(knowledge), text)]
    if not blocks:
        say(f"nothing is known about `{text}`")
        return FOUND
    write(f"{line}\n" for line in printable_lines("\n".join(blocks).removesuffix("\n")))
    return OK


def _explain_message(message: str) -> None:
    """Print what a single message means, and which rules find its cause in manifests."""
    from imagelint.diagnose import diagnose
    from imagelint.diagnose.causes import texts_of
    from imagelint.diagnose.hints import rules_of

    diagnose_texts([message.encode("utf-8", "replace")])
    failures, hints = diagnose([message.encode("utf-8", "replace")])
    rules = [rule for failure in failures for rule in texts_of(failure.diagnosis).rules]
    rules += [rule for hint in hints for rule in rules_of(hint)]
    if rules:
        write([f"rules that find it in manifests: {', '.join(dict.fromkeys(rules))}\n"])
