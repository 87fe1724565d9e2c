"""The results: for each repository a Parquet file in each of three folders, written once, and whole.

The file in `repositories/` is written last: a repository that has one is done, and is not linted again.
"""

from __future__ import annotations

import os
import re
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

_TEXTS = pa.list_(pa.string())
_PLACE = [("path", pa.string()), ("line", pa.int32()), ("owners", _TEXTS)]
_WORKLOAD = [("kind", pa.string()), ("namespace", pa.string()), ("workload", pa.string()), ("container", pa.string())]
SCHEMAS = {
    "images": pa.schema(
        [
            ("repository", pa.string()),
            ("image", pa.string()),
            ("registry", pa.string()),
            # The part of the name between the registry and the tag.
            ("name", pa.string()),
            ("tag", pa.string()),
            ("digest", pa.string()),
            # The registry and the name, as the runtime completes them.
            ("normalized", pa.string()),
            ("container_type", pa.string()),
            ("pull_policy", pa.string()),
            ("service_account", pa.string()),
            ("pull_secrets", _TEXTS),
            ("credential", pa.string()),
            ("unit", pa.string()),
            *_WORKLOAD,
            *_PLACE,
        ]
    ),
    "findings": pa.schema(
        [
            ("repository", pa.string()),
            # The day that it was judged for.
            ("as_of", pa.date32()),
            ("rule", pa.string()),
            ("severity", pa.string()),
            ("confidence", pa.string()),
            ("message", pa.string()),
            ("image", pa.string()),
            ("reason", pa.string()),
            ("when", pa.string()),
            ("fingerprint", pa.string()),
            ("units", _TEXTS),
            *_WORKLOAD,
            *_PLACE,
        ]
    ),
    "repositories": pa.schema(
        [
            ("repository", pa.string()),
            # done; otherwise it has no rows: failed, timeout, memory, crashed.
            ("status", pa.string()),
            ("reason", pa.string()),
            ("files", pa.int32()),
            ("objects", pa.int32()),
            ("errors", pa.int32()),
            ("warnings", pa.int32()),
            ("notes", _TEXTS),
            ("seconds", pa.float64()),
        ]
    ),
}


def is_done(results: Path, repository: str) -> bool:
    """Whether a repository needs no more work."""
    return _path(results, "repositories", repository).exists()


def write(results: Path, repository: str, rows: dict[str, list[dict[str, Any]]]) -> None:
    """Write the rows of a repository, by folder; what another attempt left behind is replaced."""
    for folder, schema in SCHEMAS.items():
        path = _path(results, folder, repository)
        path.parent.mkdir(parents=True, exist_ok=True)
        table = pa.Table.from_pylist(rows[folder], schema)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".")
        with os.fdopen(handle, "wb") as file:
            pq.write_table(table, file, compression="zstd")
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)


def remove_leftovers(results: Path) -> None:
    """Remove what workers that were killed did not finish writing."""
    for folder in SCHEMAS:
        for path in (results / folder).glob(".*"):
            path.unlink(missing_ok=True)


def _path(results: Path, folder: str, repository: str) -> Path:
    """The file of a repository, under a name that any file system takes, and no two repositories share."""
    readable = re.sub(r"[^A-Za-z0-9._-]", "_", repository)[:80]
    return (
        results
        / folder
        / f"{readable}-{sha256(repository.encode('utf-8', 'surrogateescape')).hexdigest()[:12]}.parquet"
    )
