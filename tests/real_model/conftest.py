"""A real language model behind a real server, which drafts as the site asks it to."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest

from papers import jobs
from papers.models import Job, JobKind, Paper, Subject
from papers.pipeline.steps import STEPS
from papers.sources import http

ENVIRONMENT = Path(__file__).parents[2] / ".venv-model"
SERVER = Path(__file__).with_name("server.py")
KEY = "sesame-key"
PATIENCE_S = 900  # Ends a test that hangs; no machine is that slow.


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave these tests out unless they are asked for, and skip them where there is no model."""
    ours = [item for item in items if item.get_closest_marker("model_server")]
    if "model_server" not in config.option.markexpr:
        items[:] = [item for item in items if item not in ours]
        config.hook.pytest_deselected(items=ours)
    elif not (ENVIRONMENT / ".packages").exists():
        skip = pytest.mark.skip(reason="no .venv-model here: `make test-model` makes it")
        for item in ours:
            item.add_marker(skip)


@dataclass
class Served:
    """A model's server in a process of its own."""

    process: subprocess.Popen[str]
    url: str

    def get(self, path: str) -> Any:
        """Return what the server says of itself, or None while it cannot."""
        response = httpx2.get(f"{self.url}{path}", headers={"Authorization": f"Bearer {KEY}"})
        return response.json() if response.status_code == 200 else None

    def wait_until(self, so: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not so():
            assert self.process.poll() is None, "the server ended by itself"
            assert time.monotonic() < deadline
            time.sleep(0.05)

    def is_in_the_middle(self) -> bool:
        """Return whether the model has begun an answer and has not ended it."""
        return any(
            slot["is_processing"] and any(each["n_decoded"] for each in slot["next_token"])
            for slot in self.get("/slots")
        )


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[Served]:
    """Serve the model for the time being."""
    command = [ENVIRONMENT / "bin" / "python", SERVER, "--key", KEY, *options]
    with (
        (folder / "server.log").open("w") as log,
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True
        ) as process,
    ):
        try:
            address = process.stdout.readline().strip()
            assert address, (folder / "server.log").read_text()
            served = Served(process, address)
            served.wait_until(lambda: served.get("/health") == {"status": "ok"})
            yield served
        finally:
            process.kill()


@dataclass
class Site:
    """The site's side: what it asked the model, and what it was told."""

    settings: Any
    asked: list[dict[str, Any]] = field(default_factory=list)
    told: list[http.Response] = field(default_factory=list)

    def use(self, served: Served) -> None:
        self.settings.MODEL_URL = f"{served.url}/v1"

    @property
    def usage(self) -> tuple[int, int]:
        """Return the tokens of the last prompt and answer, as the server counted them."""
        usage = json.loads(self.told[-1].body)["usage"]
        return usage["prompt_tokens"], usage["completion_tokens"]

    def draft(self, paper: Paper, language: str, section: str = "") -> Job:
        """Return the job of drafting a paper, as it is after the next attempt."""
        subject = Subject(arxiv_id=paper.arxiv_id, language=language, section=section)
        jobs.add(JobKind.DRAFT, subject)
        job = Job.objects.filter(kind=JobKind.DRAFT).about(subject).get()
        jobs.run(job.pk, STEPS)
        job.refresh_from_db()
        return job


@pytest.fixture
def site(settings, monkeypatch) -> Site:
    site = Site(settings)
    settings.MODEL_NAME, settings.MODEL_API_KEY = "SmolLM2-135M", KEY
    settings.MODEL_CONTEXT_TOKENS, settings.MODEL_ANSWER_TOKENS = 8000, 150
    settings.MODEL_DEADLINE_S = PATIENCE_S
    post = http.post_json

    def post_json(setting: str, path: str, payload: Any, **options: Any) -> http.Response:
        site.asked.append(payload)
        site.told.append(post(setting, path, payload, **options))
        return site.told[-1]

    monkeypatch.setattr(http, "post_json", post_json)
    return site


@pytest.fixture(scope="session")
def model(tmp_path_factory) -> Iterator[Served]:
    """Yield the model as it is."""
    with serving(tmp_path_factory.mktemp("model")) as served:
        yield served
