"""What is reported of a bug in imagelint: the kind of exception and its location, never content of a file."""

from __future__ import annotations

from imagelint import __version__

INTERNAL_ERROR = "internal-error"
REPORT_IT = (
    f"this is a bug in imagelint {__version__}: please report it to the project with this message and, "
    "if possible, a minimal file that reproduces it"
)


def crash_of(error: BaseException, module: str = __name__) -> str:
    """`TypeError at imagelint.index.index:120`: the innermost line of imagelint, or of the package that `module` is in.

    The text of the exception is left out: it may quote a manifest.
    """
    packages = {"imagelint", "imagelint_rules", module.partition(".")[0]}
    place, traceback = "", error.__traceback__
    while traceback is not None:
        name: str = traceback.tb_frame.f_globals.get("__name__", "")
        if name.partition(".")[0] in packages:
            place = f" at {name}:{traceback.tb_lineno}"
        traceback = traceback.tb_next
    return f"{type(error).__name__}{place}"
