"""Prints how often the right paper is among the first three, by kind of query.

.venv/bin/python -m tests.benchmarks.search.quality [--half 0|1] [--each 50] [--seed 1] [--misses]

Half 0 is what the analysis was tuned on. It needs the recorded papers beside the project.
"""

from __future__ import annotations

import argparse
from collections import defaultdict

from tests.benchmarks.database import own_database
from tests.benchmarks.search.collection import publish, recorded
from tests.benchmarks.search.known_items import Texts, items

FIRST = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", type=int, choices=[0, 1], default=0)
    parser.add_argument("--each", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--misses", action="store_true")
    options = parser.parse_args()
    papers = recorded()
    queries = items(Texts(papers), options.half, options.each, options.seed)
    with own_database():
        from digest.search import index, ranking
        from digest.search.analysis.query import parse
        from papers.models import Paper

        publish(papers)
        for _ in index.refresh_all():
            pass
        rows = dict(Paper.objects.values_list("arxiv_id", "pk"))
        hits: defaultdict[str, list[bool]] = defaultdict(list)
        empty = 0
        for item in queries:
            query = parse(item.query)
            places = [place.paper for place in ranking.find(query).places if place.paper]
            hit = query.arxiv_id == item.paper or rows[item.paper] in places[:FIRST]
            hits[item.kind].append(hit)
            empty += not (places or query.arxiv_id)
            if options.misses and not hit:
                print(f"missed: {item.kind}: {item.query} ({item.paper})")
    for kind, found in hits.items():
        print(f"{kind:20} {sum(found) / len(found):.3f} of {len(found)}")
    everything = [hit for found in hits.values() for hit in found]
    print(f"{'all':20} {sum(everything) / len(everything):.3f} of {len(everything)}")
    print(f"{empty} empty answers")


if __name__ == "__main__":
    main()
