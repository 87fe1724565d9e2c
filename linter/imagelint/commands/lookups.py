"""Commands that look things up: rules, the manual, the knowledge base."""

from __future__ import annotations

import os

import click

from imagelint.commands import FOUND, OK, all_rules
from imagelint.commands.diagnose import STDIN, diagnose_texts, read_text
from imagelint.commands.options import complete_rules, knowledge_option
from imagelint.commands.terminal import say, write


@click.command("rules")
def rules_command() -> int:
    """List the rules with their severity."""
    rules = all_rules()
    width = max(len(rule.name) for rule in rules)
    write(f"{rule.name.ljust(width)}  {rule.level.ljust(7)}  {rule.summary}\n" for rule in rules)
    return OK


@click.command("explain")
@click.argument("word", metavar="[RULE|REASON|CAUSE|MESSAGE|FILE]", required=False, shell_complete=complete_rules)
def explain_command(*, word: str | None) -> int:
    """Print the manual page of a rule, or say what a waiting reason, a cause or a message of the kubelet means.

    A file, - or nothing is diagnosed, as by `imagelint diagnose`.
    """
    if word is None or word == STDIN:
        return diagnose_texts([read_text(STDIN)])
    page = _page_of(word)
    if page is not None:
        write([page])
    elif os.path.isfile(word):
        return diagnose_texts([read_text(word)])
    elif " " in word:
        _explain_message(word)
    else:
        raise click.UsageError(_unknown_word(word))
    return OK


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
def knowledge_command(*, text: str | None, knowledge: tuple[str, ...]) -> int:
    """Show what is known about a host or an image, with date and source; TEXT may also be part of an entry."""
    from imagelint.config.added_knowledge import read_knowledge
    from imagelint.text.printable import printable_lines
    from imagelint.world.knowledge.lookup import entries_for

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
