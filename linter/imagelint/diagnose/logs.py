"""Lines of logs: klog of the kubelet and crictl, logrus of containerd, CRI-O and dockerd, and programs themselves."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imagelint.diagnose.event_messages import SANDBOX_REASON, SECRET_REASON, Message, read_message, unquoted
from imagelint.diagnose.observations import Kind, Observation
from imagelint.diagnose.pull_errors import from_marker, image_in, is_pull_error, without_head

if TYPE_CHECKING:
    from imagelint.diagnose.context import Context

_NAME = r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?"
# `I1123 09:14:02.512345    1123 log.go:32] "message" key="value"`: klog v2 `textlogger`, and the text of klog v1.
_KLOG = re.compile(r"(?P<level>[EIWF])\d{4} \d\d:\d\d:\d\d\.\d+\s+\d+ [\w./-]+\.go:\d+\] (?P<rest>.*)", re.DOTALL)
_LOGRUS = re.compile(r"time=(?:\"[^\"]{0,60}\"|\S{1,60}) level=(?P<level>\w+) msg=")
_FIELD = re.compile(r"(?P<key>[A-Za-z_.]+)=(?:\"(?P<quoted>(?:[^\"\\]|\\.)*)\"|(?P<plain>[^\s\"]+))")
_TITLE = re.compile(r"\"((?:[^\"\\]|\\.)*)\"")
_BLOCK = re.compile(r"=<\s*(?P<value>.*?)\s+>(?=\s|$)", re.DOTALL)
_POD_OF_OLD = re.compile(rf"\(\"(?P<pod>{_NAME})_(?P<namespace>{_NAME})\([^)]{{0,80}}\)\"\)")
_POD_OF_SANDBOX = re.compile(
    rf"PodSandboxMetadata\{{Name:(?P<pod>{_NAME}),Uid:[^,]{{0,80}},Namespace:(?P<namespace>{_NAME}),"
)
_QUIET = frozenset({"info", "debug", "trace", "warning", "warn"})
# Levels of programs that print no time: `INFO[0000] trying next host`.
_SHORT_LEVEL = re.compile(r"(?P<level>INFO|WARN|DEBU)\[\d+\]")
_USES_TAG = re.compile(r"(?P<tag>[\w.-]{1,128}): Pulling from (?P<repository>[\w./:-]{1,255})\s*$")
_UNABLE = re.compile(r"Unable to find image '(?P<image>[^'\s]{1,600})' locally")
_TRYING = re.compile(r"(?:Trying to pull|Pulling docker image) (?P<image>[^\s]{1,600}?)\s?\.{3}")


def read_log_line(line: str, context: Context) -> bool:
    """A line of klog or logrus."""
    klog = _KLOG.search(line) if "] " in line else None
    if klog is not None:
        _read_klog(klog["rest"], context)
        return True
    logrus = _LOGRUS.search(line)
    if logrus is not None:
        _read_logrus(logrus["level"], line[logrus.start() :], context)
        return True
    return _SHORT_LEVEL.match(line) is not None


def _read_klog(text: str, context: Context) -> None:
    text = _BLOCK.sub(lambda match: '="' + match["value"].replace("\\", "/").replace('"', '\\"') + '"', text)
    title = _TITLE.match(text)
    fields = _fields(text)
    about = _pod(fields, text)
    if title is None:
        _note_text(text, about, context)
        return
    error = fields.get("err", "")
    if title[1].startswith("Unable to retrieve pull secret"):
        context.add(about._replace(kind=Kind.SECRET, reason=SECRET_REASON, error=f"{title[1]} {error}".strip()))
    elif title[1] == "Event occurred":
        _note_text(fields.get("message", ""), about, context)
    elif title[1] in {"Failed to pull image", "PullImage from image service failed"}:
        _note_error(error, fields.get("image"), about, context)
    else:
        _note_text(f"{title[1]} {error}", about, context)


def _read_logrus(level: str, text: str, context: Context) -> None:
    fields = _fields(text)
    title, error = fields.get("msg", ""), fields.get("error", "")
    pulled = re.match(r"PullImage \"(?P<image>[^\"\s]{1,600})\" failed", title)
    if pulled is not None:
        _note_error(error or title, pulled["image"], Observation(Kind.FAILED), context)
    elif "RunPodSandbox" in title:
        _note_text(f"{title} {error}", _pod({}, title), context)
    elif level not in _QUIET or title.startswith("Failed to pull image"):
        _note_text(f"{title}: {error}" if error else title, _pod(fields, title), context)


def _fields(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in _FIELD.finditer(text):
        value = match["plain"] if match["quoted"] is None else match["quoted"]
        found.setdefault(match["key"], unquoted(value))
    return found


def _pod(fields: dict[str, str], text: str) -> Observation:
    """The pod that a line names: as a field, in the words of older kubelets, or as the sandbox of containerd."""
    base = Observation(Kind.FAILED)
    named = fields.get("pod", fields.get("object", ""))
    match = re.fullmatch(rf"(?P<namespace>{_NAME})/(?P<pod>{_NAME})", named)
    match = match or _POD_OF_OLD.search(unquoted(text)) or _POD_OF_SANDBOX.search(text)
    return base._replace(namespace=match["namespace"], pod=match["pod"]) if match is not None else base


def _note_text(text: str, about: Observation, context: Context) -> None:
    message = read_message(text)
    if message is not None:
        context.add(filled(about, message))
    elif is_pull_error(text):
        _note_error(from_marker(text), None, about, context)


def filled(about: Observation, message: Message) -> Observation:
    """What a message says about the pod that its line names."""
    return about._replace(
        kind=message.kind,
        namespace=about.namespace or message.namespace,
        pod=about.pod or message.pod,
        container=about.container or message.container,
        image=message.image,
        reason=message.reason or None,
        error=message.error,
        node_level=message.reason == SANDBOX_REASON,
    )


def _note_error(error: str, image: str | None, about: Observation, context: Context) -> None:
    context.add(about._replace(image=image or image_in(error), error=error))


def read_runtime_line(line: str, context: Context) -> bool:
    """What docker, podman, nerdctl, ctr and crictl print."""
    for pattern in (_UNABLE, _TRYING):
        match = pattern.search(line)
        if match is not None:
            context.image = match["image"]
            return True
    progress = _USES_TAG.match(line)
    if progress is not None:
        context.image = f"{progress['repository'].removeprefix('library/')}:{progress['tag']}"
        return True
    text = unquoted(line)
    if not context.is_about_pulls or not is_pull_error(text):
        return False
    image = _best_image(context.image, image_in(text))
    context.add(Observation(Kind.FAILED, image=image, error=without_head(from_marker(text))))
    return True


def _best_image(asked: str | None, named: str | None) -> str | None:
    """The image of the command if the error names the same repository, or none."""
    if asked is None or named is None:
        return asked or named
    return asked if named.split("@")[0].split(":")[0].rpartition("/")[2] in asked else named
