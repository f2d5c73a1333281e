from typing import Any

from papers.checks import numbers
from papers.management.rows import RowsCommand, Told


class Command(RowsCommand):
    help = (
        'Add to each row {"source": …, "claim": …} of a file the numbers of the claim that the '
        'source does not state, as "unsupported": […]. For measuring the check: no database.'
    )
    counted = "with unsupported numbers"

    def tell(self, row: Any) -> Told:
        match row:
            case {"source": str(source), "claim": str(claim)}:
                unsupported = numbers.unsupported(claim, source)
                return Told({**row, "unsupported": unsupported}, bool(unsupported))
        raise ValueError('no object with the texts "source" and "claim"')
