"""A contract for `lint-imports`: pure packages import nothing that reaches outside.

The tool's own contract types cannot allow only parts of a package, and some of Django is pure.
"""

from __future__ import annotations

import re

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

_NAMED = re.compile(r"\s*(?:from\s+([\w.]+)\s+import\s+\(?(.*)|import\s+(.+))")


class PureContract(Contract):
    """No module of `source_modules` imports a name that begins with one of `forbidden_names`."""

    source_modules = fields.ListField(subfield=fields.StringField())
    forbidden_names = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        found = [
            f"{importer} (line {line}): {statement}"
            for importer in self._modules(graph)
            for imported in graph.find_modules_directly_imported_by(importer)
            for line, statement in _statements(graph, importer, imported)
            if any(map(self._is_forbidden, names(statement)))
            or (graph.is_module_squashed(imported) and self._may_hide(statement))
        ]
        return ContractCheck(kept=not found, metadata={"found": sorted(set(found))})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for each in check.metadata["found"]:
            output.print_error(each)
        output.new_line()

    def _modules(self, graph: ImportGraph) -> list[str]:
        rooms: list[str] = list(self.source_modules)  # type: ignore[call-overload]
        return sorted(set().union(rooms, *(graph.find_descendants(room) for room in rooms)))

    def _is_forbidden(self, name: str) -> bool:
        forbidden: list[str] = list(self.forbidden_names)  # type: ignore[call-overload]
        return any(name == each or name.startswith(f"{each}.") for each in forbidden)

    def _may_hide(self, statement: str) -> bool:
        """Return whether the imported names are on further lines, which the graph does not have."""
        module, *things = names(statement) or [""]
        forbidden: list[str] = list(self.forbidden_names)  # type: ignore[call-overload]
        open_ended = statement.rstrip().endswith("(") and not things
        return open_ended and any(each.startswith(f"{module}.") for each in forbidden)


def _statements(graph: ImportGraph, importer: str, imported: str) -> list[tuple[int, str]]:
    details = graph.get_import_details(importer=importer, imported=imported)
    return [(each["line_number"], each["line_contents"]) for each in details]


def names(statement: str) -> list[str]:
    """Return the dotted names of an import statement: the module, and each name from it."""
    match = _NAMED.match(statement)
    if match is None:
        return []
    if match[3]:
        return [each.split(" as ")[0].strip() for each in match[3].split(",")]
    things = [each.split(" as ")[0].strip(" ()\\") for each in match[2].split(",")]
    return [match[1], *(f"{match[1]}.{each}" for each in things if each)]
