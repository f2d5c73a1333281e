"""Parses JSON by RFC 8259, and no deeper than code can safely walk."""

import json
from typing import Any, NoReturn

NESTING_LIMIT = 64  # levels


def loads(text: str) -> Any:
    """Return the parsed JSON. Raises ValueError for invalid JSON, NaN, Infinity or deep nesting."""
    try:
        data = json.loads(text, parse_constant=_no_constant)
    except RecursionError:
        raise ValueError(f"nested deeper than {NESTING_LIMIT}") from None
    level, depth = [data], 0
    while level := [node for node in level if isinstance(node, (dict, list))]:
        depth += 1
        if depth > NESTING_LIMIT:
            raise ValueError(f"nested deeper than {NESTING_LIMIT}")
        level = [
            child for node in level for child in (node.values() if isinstance(node, dict) else node)
        ]
    return data


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")
