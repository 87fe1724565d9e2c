"""The events of ruamel.yaml's two parsers, which are of the same classes.

Both parsers keep their state in the object that reads one text, and nothing here changes the modules of ruamel.yaml:
any number of threads may parse at once, beside others who use ruamel.yaml for themselves.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    # One of the classes of `ruamel.yaml.events`, which publish no types.
    Event = Any
    # Returns the next event of a text, None after the last one.
    NextEvent = Callable[[], Event]


def _c_part() -> Any:  # noqa: ANN401 - it publishes no types
    try:
        return import_module("_ruamel_yaml")
    except ImportError:  # none on this interpreter (PyPy, a new CPython without wheels)
        return None


C_PART: Any = _c_part()


def c_events(data: bytes) -> NextEvent:
    """The events of UTF-8 text as the C part reads it."""
    next_event: NextEvent = C_PART.CParser(data).get_event
    return next_event


def pure_tokens(data: bytes) -> Iterator[Any]:
    """The tokens of UTF-8 text as the pure parser reads it. Raises `YAMLError` at the first that is none."""
    scanner = _pure(data).scanner
    while scanner.check_token():
        yield scanner.get_token()


def pure_events(data: bytes) -> NextEvent:
    """The events of UTF-8 text as the pure parser reads it."""
    parser = _pure(data)
    return lambda: parser.get_event() if parser.check_event() else None


def _pure(data: bytes) -> Any:  # noqa: ANN401 - it publishes no types
    from ruamel.yaml import YAML

    yaml: Any = YAML(typ="safe", pure=True)
    _, parser = yaml.get_constructor_parser(data.decode("utf-8", "surrogateescape"))
    _skip_tabs(parser.scanner)
    return parser


def _skip_tabs(scanner: Any) -> None:  # noqa: ANN401 - as above
    """Let a scanner take tabs between tokens, as libyaml does (`yaml_parser_scan_to_next_token`)."""
    skip = scanner.scan_to_next_token

    def scan_to_next_token() -> None:
        skip()
        while not scanner.allow_simple_key and scanner.reader.peek() == "\t":
            scanner.reader.forward()
            skip()

    scanner.scan_to_next_token = scan_to_next_token
