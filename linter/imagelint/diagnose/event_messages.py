"""One message: of an event, of a waiting container, or of a runtime. Which image, and what went wrong with it."""

from __future__ import annotations

import re

from imagelint.diagnose.observations import Kind
from imagelint.diagnose.pull_errors import image_in
from imagelint.text.records import NamedTuple

# Waiting reasons that mean a failed pull (Kubernetes v1.36 `pkg/kubelet/images/types.go`, CRI `errors.go`).
PULL_REASONS = frozenset(
    {
        "ErrImagePull",
        "ImagePullBackOff",
        "ErrImageNeverPull",
        "InvalidImageName",
        "ImageInspectError",
        "RegistryUnavailable",
        "SignatureValidationFailed",
    }
)
SECRET_REASON = "FailedToRetrieveImagePullSecret"  # noqa: S105 - the reason of an event
SANDBOX_REASON = "FailedCreatePodSandBox"
# A pull secret that cannot be decoded: the kubelet takes the text of the error for the reason
# (v1.36 `kuberuntime_image.go` and `pkg/credentialprovider/secrets`, with Go's texts).
BROKEN_SECRET = re.compile(
    r"illegal base64 data at input byte \d+|"
    r"unable to parse auth field, must be formatted as base64\(username:password\)|"
    r"unexpected end of JSON input|invalid character '.{1,6}' (?:looking for|after|in) [\w ]{1,60}|"
    r"json: cannot unmarshal \w+ into Go [\w .]{1,80}"
)
_REASON = "|".join(sorted(PULL_REASONS))
_IMAGE = r"[^\"\s]{0,600}"
_NAME = r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?"

_SANDBOX = r"(?:[Ff]ailed to create (?:pod )?sandbox|CreatePodSandbox|RunPodSandbox).{0,400}?"
_NOT_STARTED = (
    rf"failed to \"StartContainer\" for \"(?P<container>{_NAME})\" with (?P<reason>{_REASON}): \"(?P<error>.*)"
)
_START_FAILED = (
    rf"^.{{0,120}}?Container\{{Name:(?P<container>{_NAME}),Image:(?P<image>[^,\s]{{0,600}}),"
    rf".{{0,8000}}? start failed in pod (?P<pod>{_NAME})_(?P<namespace>{_NAME})\([^)]{{0,80}}\): "
    rf"(?P<reason>{_REASON})(?::\s*(?P<error>.*))?"
)
_OF_OLD = (
    rf"[Ff]ailed to pull image \"(?P<image>{_IMAGE})\" from pod \"(?P<pod>{_NAME})_(?P<namespace>{_NAME})\" "
    rf"and container \"(?P<container>{_NAME})\": ?(?P<error>.*)"
)
_WAITING_TO_START = (
    rf"container \"(?P<container>{_NAME})\" in pod \"(?P<pod>{_NAME})\" is waiting to start: "
    rf"(?P<reason>trying and failing to pull image|image can't be pulled|{_REASON}|{BROKEN_SECRET.pattern})"
)
# The sentences of the kubelet, with the reason that each implies; groups are fields of `Message`. The first that is
# found holds.
_KUBELET = tuple(
    (reason, re.compile(pattern, re.DOTALL))
    for reason, pattern in (
        (SANDBOX_REASON, rf"{_SANDBOX}(?P<error>failed to get sandbox image \"(?P<image>{_IMAGE})\".*)"),
        (SANDBOX_REASON, rf"{_SANDBOX}(?P<error>failed pulling image \"(?P<image>{_IMAGE})\".*)"),
        (SANDBOX_REASON, rf"{_SANDBOX}(?P<error>(?:unable|failed) to pull (?:\w+ )?image \"?(?P<image>{_IMAGE})\"?.*)"),
        ("ErrImageNeverPull", rf"[Ii]mage \"(?P<image>{_IMAGE})\" is (?:not )?present with pull policy of Never"),
        ("", _NOT_STARTED),
        ("", _START_FAILED),
        ("ErrImagePull", _OF_OLD),
        ("ErrImagePull", rf"Failed to pull image \"(?P<image>{_IMAGE})\"\s*(?::\s*(?P<error>.*)|$)"),
        ("ImagePullBackOff", rf"Back-off pulling image \"(?P<image>{_IMAGE})\"(?:: ?(?P<error>.*))?"),
        ("ImageInspectError", rf"Failed to inspect image \"(?P<image>{_IMAGE})\": ?(?P<error>.*)"),
        ("InvalidImageName", r"Failed to apply default image tag \"(?P<image>[^\"]{0,600})\"(?:: ?(?P<error>.*))?"),
        ("", _WAITING_TO_START),
        ("", rf"^(?:Error: |[\w. ()-]{{0,40}}: )?(?P<reason>{_REASON})(?:: ?(?P<error>.*)|\s*$)"),
        ("", rf"^(?:Error: )?(?P<reason>{BROKEN_SECRET.pattern})$"),
    )
)
_SECRET = re.compile(
    rf"Unable to retrieve some image pull secrets \((?P<names>[^)]{{0,2000}})\)"
    rf"|Unable to retrieve pull secret (?:[\w.-]+/)?(?P<name>[\w.-]+) for (?P<namespace>{_NAME})/(?P<pod>{_NAME})"
    r"|Unable to retrieve pull secret, the image pull may not succeed"
    r"|(?:FailedSync: |Error syncing pod, skipping: ).{0,200}?secrets? \"(?P<other>[\w.-]+)\" not found"
)
_PULLED = re.compile(
    rf"^(?:Successfully pulled image \"(?P<image>{_IMAGE})\"|Container image \"(?P<present>{_IMAGE})\" already present"
    rf"|Started container (?P<started>{_NAME})|Created container:? (?P<created>{_NAME}))"
)
# kubectl 1.35 puts the field in front of a message, `kubectl debug` the name.
_SUBOBJECT = re.compile(
    rf"^(?:spec\.\w{{0,10}}[cC]ontainers\{{(?P<container>{_NAME})\}}:?|(?:Warning: )?container (?P<named>{_NAME}):)\s*"
)
# What logs say for the two waiting reasons (Kubernetes v1.36 `pkg/kubelet/kubelet_pods.go`).
_SPOKEN = {"trying and failing to pull image": "ImagePullBackOff", "image can't be pulled": "ErrImagePull"}


class Message(NamedTuple):
    """What one message says; the fields are those of `Observation`."""

    kind: Kind
    reason: str | None = None
    image: str | None = None
    error: str | None = None
    container: str | None = None
    pod: str | None = None
    namespace: str | None = None

    @property
    def node_level(self) -> bool:
        """Whether the image is that of the pod sandbox."""
        return self.reason == SANDBOX_REASON


def read_message(text: str, *, is_nested: bool = False) -> Message | None:
    """What a message of the kubelet says of a pull; None for one about something else."""
    text = unquoted(text).strip()
    subobject = _SUBOBJECT.match(text)
    if subobject is not None:
        inner = read_message(text[subobject.end() :], is_nested=is_nested)
        return (
            inner._replace(container=inner.container or subobject["container"] or subobject["named"]) if inner else None
        )
    pulled = _PULLED.match(text)
    if pulled is not None:
        container = pulled["started"] or pulled["created"]
        kind = Kind.STARTED if container else Kind.PULLED
        return Message(kind, image=pulled["image"] or pulled["present"], container=container)
    secret = _SECRET.search(text)
    if secret is not None:
        return Message(Kind.SECRET, SECRET_REASON, error=text, pod=secret["pod"], namespace=secret["namespace"])
    return _failure(text, is_nested=is_nested)


def _failure(text: str, *, is_nested: bool) -> Message | None:
    for implied, pattern in _KUBELET:
        match = pattern.search(text)
        if match is not None:
            found = {name: value for name, value in match.groupdict().items() if value}
            reason = found.pop("reason", None) or implied
            message = Message(Kind.FAILED, _SPOKEN.get(reason, reason), **found)
            if reason == "ErrImageNeverPull" and not message.error:
                message = message._replace(error=match[0])
            if not message.image and message.error:
                message = message._replace(image=image_in(message.error))
            return message if is_nested else _with_inner(message)
    return None


def _with_inner(message: Message) -> Message:
    """The message with what its error says: an error is often a whole message again."""
    for _ in range(3):
        inner = read_message(message.error, is_nested=True) if message.error else None
        if inner is None or inner.kind is not Kind.FAILED or inner.error == message.error:
            break
        special = inner.reason if inner.reason not in {"ErrImagePull", "ImagePullBackOff", ""} else None
        message = message._replace(
            image=message.image or inner.image,
            error=inner.error,
            reason=special if special and message.reason == "ErrImagePull" else message.reason,
        )
    return message


def unquoted(text: str) -> str:
    """A text that was quoted in a log, once or several times."""
    return re.sub(r'\\+(["\'])', r"\1", text) if "\\" in text else text
