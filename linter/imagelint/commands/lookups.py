"""Commands that look things up: rules, their manual, messages of the kubelet, the knowledge base."""

from __future__ import annotations

import click

from imagelint.commands import FOUND, OK, all_rules
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
@click.argument("rule", metavar="RULE|MESSAGE", shell_complete=complete_rules)
def explain_command(*, rule: str) -> int:
    """Print the manual page of a rule, or say what a message of the kubelet means."""
    if " " in rule:
        return _explain_message(rule)
    rules = {known.name: known for known in all_rules()}
    if rule not in rules:
        from imagelint.config.file import unknown_rule

        raise click.UsageError(unknown_rule(rule, rules))
    known = rules[rule]
    write([f"# {known.name} ({known.level})\n\n{known.manual}\n"])
    return OK


@click.command("knowledge")
@click.argument("text", required=False)
@knowledge_option
def knowledge_command(*, text: str | None, knowledge: tuple[str, ...]) -> int:
    """Show what is known of a host, of an image or of what names TEXT, with date and source."""
    from imagelint.config.added_knowledge import read_knowledge
    from imagelint.text.printable import printable_lines
    from imagelint.world.knowledge.lookup import entries_for

    blocks = [*entries_for(read_knowledge(knowledge), text)]
    if not blocks:
        say(f"nothing is known of `{text}`")
        return FOUND
    write(f"{line}\n" for line in printable_lines("\n".join(blocks).removesuffix("\n")))
    return OK


def _explain_message(message: str) -> int:
    from imagelint.kubelet.messages import explained

    lines = explained(message)
    if not lines:
        raise click.UsageError("the message tells no cause that imagelint knows")
    write(lines)
    return OK
