"""Coverage-guided fuzzing from input bytes to every output: `make fuzz`, `make fuzz FUZZ_SECONDS=600`.

It stops at the first input that raises or makes an internal error, of which a shortcut skips what matters, that takes
more than 2 s for each 100 kB, or whose memory or output grows beyond 50 times its size (with an allowance for a start).
The input is left in `fuzz/found/`; with its cause repaired, it becomes a test. The seeds are the cases and examples of
the project; what was learned stays in `fuzz/corpus/`.
"""

from __future__ import annotations

import gc
import json
import sys
import time
import tracemalloc
from pathlib import Path
from typing import TYPE_CHECKING

import atheris

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
NAMES = ("input.yaml", "kustomization.yaml", "a/templates/b.yaml", "list.json")
SECONDS_PER_BYTE, SECONDS_ALLOWED = 2 / 100_000, 2.0
GROWTH, BYTES_ALLOWED = 50, 20_000_000
# Memory is measured if it can matter: measuring costs more than running.
MEASURED_FROM = 4_000
# First bytes from here on mean the output of a tool.
_DIAGNOSIS = 128

sys.path[:0] = [str(ROOT / "tests")]
with atheris.instrument_imports(include=["imagelint", "imagelint_rules"]):
    from fuzzing import ALL_FORMATS, DIAGNOSIS_NAMES, diagnosis_of, facts_of, outputs_of


def one_input(data: bytes) -> None:
    """Run one input; the first byte chooses the name of the file and the format, or from 128 on a diagnosis."""
    if not data:
        return
    if data[0] >= _DIAGNOSIS:
        started = time.process_time()
        diagnosis_of(data[1:], DIAGNOSIS_NAMES[data[0] % len(DIAGNOSIS_NAMES)])
        assert time.process_time() - started < 4 * (SECONDS_PER_BYTE * len(data) + SECONDS_ALLOWED)
        return
    name, raw = NAMES[data[0] % len(NAMES)], data[1:]
    is_measured = len(raw) >= MEASURED_FROM
    if is_measured:
        tracemalloc.start()
    before = time.process_time()
    length, outcome = outputs_of(raw, name, [ALL_FORMATS[data[0] // len(NAMES) % len(ALL_FORMATS)]])
    seconds = time.process_time() - before
    if is_measured:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < GROWTH * len(raw) + BYTES_ALLOWED, f"{peak:,} bytes of memory for {len(raw):,}"
    assert facts_of(raw) == facts_of(raw, is_strict=True), "a shortcut skips what matters"
    failed = [finding.message for finding in outcome.findings if finding.rule == "internal-error"]
    assert not failed, failed
    # Coverage and memory tracing slow the program down, several times each.
    factor = 10 if is_measured else 4
    assert seconds < factor * (SECONDS_PER_BYTE * len(raw) + SECONDS_ALLOWED), f"{seconds:.1f} s for {len(raw):,} bytes"
    assert length < GROWTH * len(raw) + BYTES_ALLOWED, f"{length:,} characters of output for {len(raw):,} bytes"


def seeds() -> Path:
    """A folder with the cases and examples as inputs."""
    folder = HERE / "seeds"
    folder.mkdir(exist_ok=True)
    for number, path in enumerate(
        sorted((*ROOT.glob("tests/cases/*/manifests/**/*.yaml"), *ROOT.glob("examples/**/*.yaml")))
    ):
        kind = 1 if path.name.startswith("kustomization") else 0
        (folder / f"{number:03}").write_bytes(bytes([kind]) + path.read_bytes())
    texts = json.loads((ROOT / "tests/linter/diagnose/texts.json").read_text(encoding="utf-8"))
    for number, text in enumerate(_texts(texts)):
        (folder / f"text-{number:04}").write_bytes(bytes([_DIAGNOSIS]) + text.encode())
    return folder


def _texts(value: object) -> Iterator[str]:
    """Every text in the JSON of the cases of diagnosis."""
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(inner)


def main() -> None:
    """Fuzz with the arguments of libFuzzer."""
    for name in ("corpus", "found"):
        (HERE / name).mkdir(exist_ok=True)
    gc.freeze()
    own = [f"-dict={HERE / 'words.dict'}", f"-artifact_prefix={HERE / 'found'}/", "-timeout=60", "-max_len=8192"]
    atheris.Setup([sys.argv[0], *own, *sys.argv[1:], str(HERE / "corpus"), str(seeds())], one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
