"""What the JSON formats share."""

from __future__ import annotations

import json
from typing import Any, cast

from imagelint.text.user_info import mask_user_info


def json_text(document: object) -> str:
    """A JSON document in ASCII, which no log takes for a command: `##[` and `##vso[` have an escape in them.

    Its strings are without user information.
    """
    return json.dumps(plain(document), indent=2).replace("##", "#\\u0023") + "\n"


def plain(value: object) -> Any:  # noqa: ANN401 - what JSON holds
    """A value as JSON has it: dictionaries, lists and texts of the built-in types, without user information."""
    if isinstance(value, str):
        return str(mask_user_info(value))
    if isinstance(value, dict):
        return {key: plain(item) for key, item in cast("dict[str, object]", value).items()}
    return [plain(item) for item in cast("list[object]", value)] if isinstance(value, list) else value
