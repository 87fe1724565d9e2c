"""What the JSON formats share."""

from __future__ import annotations

import json
from typing import cast

from imagelint.text.user_info import mask_user_info


def json_text(document: object) -> str:
    """A JSON document in ASCII, which no log takes for a command: `##[` and `##vso[` have an escape in them.

    Its strings are without user information.
    """
    return json.dumps(_masked(document), indent=2).replace("##", "#\\u0023") + "\n"


def _masked(value: object) -> object:
    if isinstance(value, str):
        return mask_user_info(value)
    if isinstance(value, dict):
        return {key: _masked(item) for key, item in cast("dict[str, object]", value).items()}
    return [_masked(item) for item in cast("list[object]", value)] if isinstance(value, list) else value
