"""Records of one line each: what a terminal, a mail or a line feed in a message broke is joined again."""

from __future__ import annotations

import re
from collections import Counter

from imagelint.diagnose.decode import MAX_LINE

# Terminals are rarely narrower; shorter lines of one length are rows of a table.
_MIN_WIDTH = 60
_MOST_JOINED = 60
# No message that goes on is shorter.
_MIN_MESSAGE = 30

# Words of runtimes that a break can bring to the start of a line.
_WORDS_OF_ERRORS = (
    r"denied|unauthorized|toomanyrequests|unknown|failed|errors?|https?|net/http|x509|tls|dial|lookup|read|write|rpc|"
    r"desc|code|manifest|server|message|reference|authorize|authorization|failed|found|daemon|layer|ErrImagePull"
)
# What begins a record, so that it does not continue the one before it.
_EVENT_ROW = r".{0,200}?\b(?:Normal|Warning)\s+[A-Z][A-Za-z]+\s"
_STARTS = re.compile(
    rf"""\s*$
    |{_EVENT_ROW}
    |\s*(?!{_WORDS_OF_ERRORS})[A-Za-z][A-Za-z .-]{{0,40}}:(?:\s|$)
    |\s*(?:[A-Za-z_][\w.-]*=|(?!{_WORDS_OF_ERRORS})[A-Za-z_][\w./-]*:\s|-\s|---|\{{|\}}|\[\s*$|"[\w./-]+":)
    |[EIWF]\d{{4}}\s\d\d:|time=|(?:FATA|ERRO|INFO|WARN|DEBU)\[|level=|\d{{4}}[-/]\d\d[-/]\d\d
    |\s*(?:\$|\#|%|PS\ [^>]{{0,200}}>|\+\ |[\w.-]+@[\w.-]+[:~])
    |(?:Error|ERROR|docker|ctr|crictl|podman|nerdctl|helm|kubectl|Run|Waiting|Trying|Unable|Using|Status)[: ]
    |.{{0,300}}?\s\d+/\d+\s
    |\s*(?:[A-Z][A-Z/]+(?:\ [A-Z]+)?(?:\s{{2,}}|$)){{2}}
    |\s*[\u2514\u251c\u2022\u2718]
    |(?:P|NS|Pod|Namespace|Source|Count|Sub-object|Generated\ from|Last\ seen)\b|[A-Z][\w -]{{0,40}}\t
    """,
    re.VERBOSE,
)
# The same after a row of events, which nothing but its own message and other rows follow: assignments and fields
# with one word may be what somebody pasted below.
_BEHIND_EVENT = re.compile(
    rf"""\s*$|{_EVENT_ROW}|ERROR:\ |\s*[A-Z][A-Za-z -]{{0,30}}:(?:\s{{2,}}|\s*$|\s\S+$)
    |\s*\w+=|\s*(?:-\s+)?(?!{_WORDS_OF_ERRORS})[\w./-]+:\s+\S+\s*$
    |\s*(?:\$|%|PS\s)|\s*[\w./-]+\s{{2,}}\d+/\d+\s{{2,}}|---|\{{|[A-Z][\w -]{{0,40}}\t|[EIWF]\d{{4}}\s\d\d:|time=
    |(?:\s*[A-Z][A-Z/]+(?:\ [A-Z]+)?(?:\s{{2,}}|$)){{2}}
    """,
    re.VERBOSE,
)
_IS_EVENT = re.compile(_EVENT_ROW)
# The same for a line after one that a terminal cut, where a rest may look like anything.
_ROWS = re.compile(
    rf"""\s*$|{_EVENT_ROW}|\s*[A-Z][A-Za-z -]{{0,30}}:(?:\s{{2,}}|$)|\s*[\w./-]+\s{{2,}}\d+/\d+\s{{2,}}
    |[EIWF]\d{{4}}\s\d\d:|time=|(?:\S+\s+)?(?:\d+[ydhms]){{1,3}}\s
    """,
    re.VERBOSE,
)
# Only after these a text that begins no record is a part of the message.
_MAY_GO_ON = re.compile(
    r"(?i)pull|ErrImage|InvalidImageName|manifest|reference|x509|registry|Error response from daemon|"
    r"error during connect"
)


def unfolded(lines: list[str]) -> list[str]:
    """The records in some lines."""
    width = _wrap_width(lines)
    found: list[str] = []
    joined = 0
    before = 0  # the length of the line before, as it was written
    for line in lines:
        if found and joined < _MOST_JOINED and _continues(found[-1], line, is_wrapped=before == width):
            glue = "" if before == width else " "
            found[-1] = (found[-1] + glue + (line if before == width else line.strip()))[: 2 * MAX_LINE]
            joined += 1
        else:
            found.append(line)
            joined = 0
        before = len(line)
    return found


def _wrap_width(lines: list[str]) -> int:
    """The width at which a terminal cut the lines, 0 if none did."""
    lengths = Counter(map(len, lines))
    width = max(lengths, default=0)
    return width if width >= _MIN_WIDTH and lengths[width] > 1 else 0


def _continues(record: str, line: str, *, is_wrapped: bool) -> bool:
    if _is_open(record):
        return True
    if is_wrapped:
        return _ROWS.match(line) is None
    if len(record) < _MIN_MESSAGE or _MAY_GO_ON.search(record) is None:
        return False
    return (_BEHIND_EVENT if _IS_EVENT.match(record) else _STARTS).match(line) is None


def _is_open(record: str) -> bool:
    """Klog writes a value of several lines between `=<` and ` >`."""
    opened = record.rfind("=<")
    return opened >= 0 and " >" not in record[opened:] and re.match(r"[EIWF]\d{4} |\w+\[", record) is not None
