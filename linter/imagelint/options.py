"""Options that several commands share, and what they stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from imagelint.errors import UserFileError
from imagelint.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

knowledge_option = click.option(
    "--knowledge", multiple=True, metavar="FILE", help="Add entries to the knowledge base, or replace them."
)


def input_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What is read: files and folders, and what is around them."""
    options = (
        click.argument("paths", nargs=-1, metavar="PATH..."),
        click.option("--tracked", is_flag=True, help="On a walk read only files that git tracks."),
        click.option(
            "--context",
            multiple=True,
            metavar="DIR",
            help="Also read DIR for secrets and accounts; its own findings are not told. May be repeated.",
        ),
    )
    return _with_options(command, options)


def world_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What is known besides the manifests."""
    options = (
        click.option(
            "--inventory",
            multiple=True,
            metavar="PATH",
            help="A list of the images that can be pulled, in any of the forms of `explain image-not-in-inventory`.",
        ),
        knowledge_option,
        click.option(
            "--today",
            type=click.DateTime(["%Y-%m-%d"]),
            metavar="DATE",
            help="Judge announced ends for this day, not for that of the clock.",
        ),
    )
    return _with_options(command, options)


def _with_options(command: Callable[..., Any], options: Sequence[Callable[..., Any]]) -> Callable[..., Any]:
    for option in reversed(options):
        command = option(command)
    return command


def read_settings(inventory: tuple[str, ...], knowledge: tuple[str, ...], today: datetime | None) -> Settings:
    """The settings that the options give. Raises click.UsageError for a file that is not as it has to be."""
    given: dict[str, Any] = {}
    try:
        if inventory:
            from imagelint.inventory import read_inventory

            given["inventory"] = read_inventory(inventory)
        if knowledge:
            from imagelint.knowledge.added import read_knowledge

            given["knowledge"] = read_knowledge(knowledge)
    except UserFileError as error:
        raise click.UsageError(str(error)) from error
    if today is not None:
        given["today"] = today.date()
    return Settings(**given)
