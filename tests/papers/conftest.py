"""What tests of papers share."""

from collections.abc import Iterator

import pytest
from pytest_httpserver import HTTPServer

from tests.papers.fake_model import FakeModel


@pytest.fixture
def fake(settings) -> Iterator[FakeModel]:
    """A local server that plays the configured language model."""
    with HTTPServer(threaded=True) as server:
        fake = FakeModel(server)
        for name, value in fake.environment.items():
            setattr(settings, name, value)
        settings.MODEL_DEADLINE_S = 20
        yield fake
        fake.over.set()
