"""Sources that are ill, slow, hostile or change their mind: a day comes in once, or not at all."""

from datetime import date
from itertools import pairwise

import pytest
from werkzeug import Response

from papers import jobs
from papers.models import Job, JobKind, JobState, Listing, Paper, Run, RunOutcome, SourceAnswer
from tests.factories import of_days
from tests.faults import raw_server
from tests.faults.sources import PAPERS_A_DAY

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

DAY = "2025-10-08"
MEMORY = 64 * 2**20  # bytes that an answer may cost at most

# Reads one day well, then makes an attempt at another from a source that is not, with a deadline of
# its own; tells what the second one added to the memory's peak.
ATTEMPTS = """
import sys, django
django.setup()
from django.conf import settings
from datetime import date
from papers import jobs
from papers.models import Job, Subject
from papers.pipeline import steps

def memory(name):
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(name)) * 1024

well, ill = sys.argv[1:3]
steps.ingest_day(Subject(day=date.fromisoformat(well)))
with open("/proc/self/clear_refs", "w") as peak:
    peak.write("5")
before = memory("VmRSS")
settings.HUGGINGFACE_URL = sys.argv[3]
settings.HTTP_DEADLINE_S = float(sys.argv[4])
jobs.run(Job.objects.get(day=ill).pk, steps.STEPS)
print(memory("VmHWM") - before)
"""


def test_a_source_that_fails_three_times_is_asked_four_times_in_one_run(crew, sources):
    days = [f"2025-10-{number:02}" for number in range(1, 5)]
    for day in days:
        sources.refusals[day] = [Response("sorry", 500) for _ in range(3)]
    crew.environment["HTTP_RETRY_WAIT_S"] = "0.1"
    jobs.add(JobKind.INGEST_DAY, *of_days(*days))
    crew.worker("-Q", "celery")
    crew.wait_until(lambda: Job.objects.filter(state=JobState.DONE).count() == len(days))
    assert list(Run.objects.values_list("outcome", flat=True)) == [RunOutcome.DONE] * len(days)
    assert Paper.objects.count() == Listing.objects.count() == PAPERS_A_DAY * len(days)
    waits = [[b - a for a, b in pairwise(sources.asked_at[day])] for day in days]
    over = [w - least for day in waits for w, least in zip(day, [0.1, 0.2, 0.4], strict=True)]
    assert min(over) >= 0
    assert max(over) - min(over) > 0.02  # Jitter: up to 0.1 s on top, another one each time.


@pytest.mark.parametrize(
    ("behave", "within_s", "reason"),
    [
        (raw_server.stalls, 1, "gave no whole answer within 1 s"),
        (raw_server.drips, 1, "gave no whole answer within 1 s"),
        (raw_server.resets, 60, "cannot be read"),
        (raw_server.ends_early, 60, "cannot be read"),
        (raw_server.never_ends, 60, "response too large: limit 8 MiB"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_an_answer_that_is_none_fails_its_run_and_costs_little(
    crew, sources, behave, within_s, reason
):
    ill = "2025-10-09"
    jobs.add(JobKind.INGEST_DAY, *of_days(ill))
    with raw_server.raw_server(behave) as (url, connections):
        process = crew.start("-c", ATTEMPTS, DAY, ill, url, str(within_s))
        assert crew.end_of(process) == 0, crew.logs()
    assert int(crew.said(process).splitlines()[-1]) < MEMORY
    assert 1 <= len(connections) <= 4
    run = Run.objects.get()
    assert run.outcome == RunOutcome.FAILED
    assert f"huggingface {ill}: " in run.message
    assert reason in run.message
    assert Job.objects.get(day=ill).state in {JobState.WAITING, JobState.FAILED}
    assert Paper.objects.count() == Listing.objects.count() == PAPERS_A_DAY
    assert set(SourceAnswer.objects.values_list("day", flat=True)) == {date.fromisoformat(DAY)}
