import re
from typing import Any

from papers import languages
from papers.checks import evidence, names
from papers.management.rows import RowsCommand, Told

_HANGUL = re.compile("[가-힣]")


class Command(RowsCommand):
    help = (
        'Add to each row {"sentences": […], "claim": …} of a file the number of the sentence that '
        'the claim rests on (from 0), as "best", with its "score", and as "supported" whether the '
        "sentences support it. For measuring: no database."
    )
    counted = "supported"

    def tell(self, row: Any) -> Told:
        match row:
            case {"sentences": [str(), *_] as sentences, "claim": str(claim)}:
                if all(isinstance(each, str) for each in sentences):
                    return _told(row, claim, sentences)
        raise ValueError('no object with a list of texts "sentences" and the text "claim"')


def _told(row: dict[str, Any], claim: str, sentences: list[str]) -> Told:
    found = evidence.find(claim, sentences)
    best = found.best[0]
    language = languages.KOREAN if _HANGUL.search(claim) else languages.ENGLISH
    unknown = names.check(claim, language, "\n".join(sentences))
    supported = found.is_supported and not unknown
    added = {"best": best, "score": round(found.scores[best], 4), "supported": supported}
    return Told({**row, **added}, supported)
