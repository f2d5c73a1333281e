from typing import Any

from papers.checks import evidence
from papers.checks.evidence.matching import Match
from papers.management.rows import Answer, RowsCommand


class Command(RowsCommand):
    help = (
        'Add to each row {"sentences": […], "claim": …} of a file the number of the sentence that '
        'the claim rests on (from 0), as "best", with its "score", and as "supported" whether the '
        "sentences support it. For measuring: no database."
    )
    counted = "supported"

    def answer(self, row: Any) -> Answer:
        match row:
            case {"sentences": [str(), *_] as sentences, "claim": str(claim)}:
                if all(isinstance(each, str) for each in sentences):
                    return _answer(row, evidence.find(claim, sentences))
        raise ValueError('no object with a list of texts "sentences" and the text "claim"')


def _answer(row: dict[str, Any], found: Match) -> Answer:
    best = found.best[0]
    told = {"best": best, "score": round(found.scores[best], 4), "supported": found.is_supported}
    return Answer({**row, **told}, found.is_supported)
