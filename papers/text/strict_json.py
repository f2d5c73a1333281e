"""JSON as RFC 8259 has it, and no deeper than a walk over it may go."""

import json
from typing import Any, NoReturn

NESTING_LIMIT = 64  # levels


def loads(text: str) -> Any:
    """Read JSON; raises ValueError for what is none, NaN and Infinity too, and for deep nesting."""
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
