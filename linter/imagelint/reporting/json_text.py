"""What the JSON formats share."""

from __future__ import annotations

import json


def json_text(document: object) -> str:
    """A JSON document in ASCII, which no log takes for a command: `##[` and `##vso[` have an escape in them."""
    return json.dumps(document, indent=2).replace("##", "#\\u0023") + "\n"
