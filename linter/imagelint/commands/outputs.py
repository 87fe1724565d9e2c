"""Pairs every `--format` with its `--output`."""

from __future__ import annotations

import click

from imagelint.text.records import NamedTuple

_ORDER = "imagelint.output-options"


class Output(NamedTuple):
    """One rendering of a report; `path` is None for standard output."""

    format: str
    path: str | None


class CommandWithOutputs(click.Command):
    """A command that records the order of its `--format` and `--output` options, which click discards."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse as any command does, and record the order."""
        ctx.meta[_ORDER] = []
        if any(arg.startswith(("--format", "--output")) for arg in args):
            _, _, order = self.make_parser(ctx).parse_args(args=[*args])
            ctx.meta[_ORDER] = [option.name for option in order if option.name in {"format_", "output"}]
        return super().parse_args(ctx, args)


def outputs(
    ctx: click.Context, formats: tuple[str, ...], paths: tuple[str, ...], default: str | None = None
) -> list[Output]:
    """The outputs of a run: an `--output` belongs to the `--format` before it, else to the one after it.

    Without a `--format`, the format is `default`, else that of the environment, else text. Raises UsageError if two
    formats would share standard output or a file.
    """
    order = ctx.meta[_ORDER]
    from_environment = () if "format_" in order else formats
    if len(from_environment) > 1:
        raise click.UsageError("IMAGELINT_FORMAT can only be a single format")
    default = default or next(iter(from_environment), "text")
    left_formats, left_paths = iter(formats), iter(paths)
    found: list[list[str | None]] = []
    for name in order:
        part, value = (0, next(left_formats)) if name == "format_" else (1, next(left_paths))
        if found and found[-1][part] is None:
            found[-1][part] = value
        else:
            found.append([value, None] if part == 0 else [None, value])
    pairs = [Output(format_ or default, path) for format_, path in found] or [Output(default, None)]
    targets = [path for _, path in pairs]
    twice = next((path for path in targets if targets.count(path) > 1), pairs)
    if twice is None:
        raise click.UsageError("only one --format can go to standard output; give each of the others an --output")
    if twice is not pairs:
        raise click.UsageError(f"two formats have the same --output {twice}")
    return pairs
