"""From what a cluster says to the failed pulls in it: any text that people paste or pipe, without a cluster.

Bytes, lines (`decode`), records (`unfold`), observations (`documents`, `api_objects` and the readers of each form),
failures (`merge`, `causes`), and their places in manifests (`manifests`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.diagnose.api_objects import read_document
from imagelint.diagnose.context import Context, read_command
from imagelint.diagnose.decode import decode, plain_lines
from imagelint.diagnose.describe import DescribeReader
from imagelint.diagnose.documents import split_documents
from imagelint.diagnose.hints import STALLED, hint_of
from imagelint.diagnose.logs import read_log_line, read_runtime_line
from imagelint.diagnose.merge import failures_of
from imagelint.diagnose.observations import Failure, Hint, Reading
from imagelint.diagnose.screens import ScreenReader
from imagelint.diagnose.tables import read_argo_row, read_event_row, read_pod_row
from imagelint.diagnose.unfold import unfolded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence


def diagnose(texts: Iterable[bytes]) -> tuple[list[Failure], list[Hint]]:
    """The failed pulls in some texts, which may complete each other, and the hints that they give."""
    readings = [read_text(text) for text in texts]
    failures = failures_of(one for reading in readings for one in reading.observations)
    hints = dict.fromkeys(hint for reading in readings for hint in reading.hints)
    return failures, [hint for hint in hints if not (failures and hint.hint == STALLED)]


def read_text(raw: bytes) -> Reading:
    """What one text says, statement by statement."""
    context = Context()
    documents, lines = split_documents(plain_lines(decode(raw)))
    texts = [text for document in documents for text in read_document(document, context)]
    _read_lines([*texts, *unfolded(lines)], context)
    return Reading(context.observations, context.hints)


def _read_lines(lines: Sequence[str], context: Context) -> None:
    described, screen = DescribeReader(context), ScreenReader(context)
    for line in lines:
        hint = hint_of(line, context.namespace)
        if hint is not None:
            context.hints.append(hint)
        if read_command(line, context):
            described.close()
        elif not described.read(line):
            _read_line(line, context, screen.read)
    described.close()


def _read_line(line: str, context: Context, read_screen: Callable[[str], bool]) -> None:
    for read in (read_event_row, read_argo_row, read_pod_row, read_log_line):
        if read(line, context):
            return
    if not read_screen(line):
        read_runtime_line(line, context)
