"""A few texts for each check, with what the check said about them at its version.

`<name>.json` holds the cases of the check with that name: a section ("markdown"), a paper
("sections") or a post ("papers"), with as much of the paper's own words and of the glossary as the
case needs. Write a case without "found", then record it:

    .venv/bin/python -m tests.papers.checks.benchmark

If a check's results change at the same version, raise its VERSION first.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from papers.checks.base import Check, Claim, Finding, PaperText, Passage, Place, Summary, Term

FOLDER = Path(__file__).parent
COMMAND = ".venv/bin/python -m tests.papers.checks.benchmark"

Case = dict[str, Any]


def findings(check: Check, case: Case) -> list[tuple[Finding, Place | None]]:
    """Return what `check` finds in a case, with the place if the case is a post."""
    if "markdown" in case:
        claim = Claim(
            case.get("kind", "results"), case["language"], case["markdown"] * case.get("times", 1)
        )
        return [(each, None) for each in check.section(claim, _paper(case), _glossary(case))]
    if "sections" in case:
        return [(each, None) for each in check.paper(_claims(case), _paper(case))]
    post = [Summary(_claims(each), each.get("imported_title", "")) for each in case["papers"]]
    return [
        (each, place)
        for place, found in check.post(post, _glossary(case)).items()
        for each in found
    ]


def _paper(case: Case) -> PaperText:
    full_text = case.get("full_text")
    return PaperText(
        case.get("title", "A title"),
        case.get("abstract", ""),
        (Passage("", full_text),) if full_text else (),
        frozenset(case.get("hosts", [])),
    )


def _claims(case: Case) -> tuple[Claim, ...]:
    return tuple(Claim(*section) for section in case["sections"])


def _glossary(case: Case) -> list[Term]:
    return [
        Term(english, rendering, tuple(variants))
        for english, rendering, *variants in case.get("glossary", [])
    ]


def said(check: Check, case: Case) -> list[dict[str, Any]]:
    """Return the findings in the form in which they are recorded."""
    return [_row(finding, place) for finding, place in findings(check, case)]


def _row(finding: Finding, place: Place | None) -> dict[str, Any]:
    row = {
        "place": list(place or ()),
        "level": finding.level,
        "code": finding.code,
        "span": [finding.start, finding.end],
        "text": finding.text,
        "data": dict(finding.data),
        "source_span": list(finding.source_span or ()),
        "says": finding.why,
    }
    return {name: value for name, value in row.items() if value not in ("", [], {}, [0, 0])}


def read(check: Check, folder: Path = FOLDER) -> dict[str, Any]:
    """Return the file of a check. A check without a file has no case."""
    file = folder / f"{check.name}.json"
    return json.loads(file.read_text()) if file.exists() else {"version": 0, "cases": []}


def faults(check: Check, folder: Path = FOLDER) -> Iterator[str]:
    """Yield each difference between a check and its record, with what to do."""
    recorded = read(check, folder)
    yield from _lacking(check, recorded["cases"])
    if recorded["version"] != check.version:
        yield (
            f"{check.name} is at version {check.version}, its benchmark at {recorded['version']}."
            f" Record it: {COMMAND}"
        )
    for case in recorded["cases"]:
        if "found" not in case:
            yield f"{check.name}: “{case['case']}” is not recorded. Record it: {COMMAND}"
    yield from _changed(check, recorded)


def _lacking(check: Check, cases: list[Case]) -> Iterator[str]:
    scopes = {"markdown": check.section, "sections": check.paper, "papers": check.post}
    for given, reads in scopes.items():
        found = {bool(case.get("found")) for case in cases if given in case}
        if reads and found != {True, False}:
            yield (
                f'{check.name}: write cases with "{given}" in {FOLDER.name}/{check.name}.json:'
                " some of which it finds something to say, and some of which not."
            )


def _changed(check: Check, recorded: dict[str, Any]) -> Iterator[str]:
    """Yield what differs, or may differ, from the results of the recorded version."""
    if check.version < recorded["version"]:
        yield f"{check.name} was at version {recorded['version']} before: a version only goes up."
    if check.version > recorded["version"]:
        return
    for case in recorded["cases"]:
        if "found" in case and case["found"] != said(check, case):
            yield (
                f"{check.name} says something else of “{case['case']}” than its version"
                f" {check.version} did. If that is meant, raise VERSION in the check's module, so"
                f" that stored sections are checked anew, and record it: {COMMAND}"
            )


def record(check: Check, folder: Path = FOLDER) -> list[str]:
    """Record a check's results. Return the reasons if its version must be raised first."""
    recorded = read(check, folder)
    if refused := list(_changed(check, recorded)):
        return refused
    cases = [case | {"found": said(check, case)} for case in recorded["cases"]]
    (folder / f"{check.name}.json").write_text(_written(check.version, cases))
    return []


def _written(version: int, cases: list[Case]) -> str:
    """Return JSON with a line for each value and each finding, without invisible characters."""
    told = ",\n".join(
        "  {\n" + ",\n".join(f"   {_json(key)}: {_value(case[key])}" for key in case) + "\n  }"
        for case in cases
    )
    return f'{{\n "version": {version},\n "cases": [\n{told}\n ]\n}}\n'


def _value(value: Any) -> str:
    if not isinstance(value, list) or not value:
        return _json(value)
    return "[\n" + ",\n".join(f"    {_json(item)}" for item in value) + "\n   ]"


def _json(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return "".join(char if char.isprintable() else json.dumps(char)[1:-1] for char in text)
