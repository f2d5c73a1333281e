from typing import Any

from papers.checks import numbers
from papers.management.rows import Answer, RowsCommand


class Command(RowsCommand):
    help = (
        'Add to each row {"source": …, "claim": …} of a file the numbers of the claim that the '
        'source does not state, as "unsupported": […]. For measuring the check: no database.'
    )
    counted = "with unsupported numbers"

    def answer(self, row: Any) -> Answer:
        match row:
            case {"source": str(source), "claim": str(claim)}:
                unsupported = numbers.unsupported(claim, source)
                return Answer({**row, "unsupported": unsupported}, bool(unsupported))
        raise ValueError('no object with the texts "source" and "claim"')
