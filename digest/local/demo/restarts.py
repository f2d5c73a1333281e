"""When a part of the demo that has ended starts again: soon at first, then ever later."""

from dataclasses import dataclass, field

FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = {"site": 5.0}
"""Readers never wait long. Nothing is given up: a full disk has room again some day."""
OTHERS_WAIT_S = 60.0
STEADY_S = 60.0


@dataclass
class Restarts:
    """Who starts again when. All times are seconds of one clock that only goes forward."""

    due: dict[str, float] = field(default_factory=dict)
    _waits: dict[str, float] = field(default_factory=dict)
    _begun: dict[str, float] = field(default_factory=dict)

    def ended(self, name: str, now: float) -> float:
        """Return the seconds until `name`, which has ended now, starts again.

        The wait doubles with each end, and is short again for what ran for `STEADY_S`.
        """
        steady = now - self._begun.get(name, now) >= STEADY_S
        wait = FIRST_WAIT_S if steady or name not in self._waits else self._waits[name] * 2
        self._waits[name] = min(wait, LONGEST_WAIT_S.get(name, OTHERS_WAIT_S))
        self.due[name] = now + self._waits[name]
        return self._waits[name]

    def begun(self, name: str, now: float) -> None:
        self.due.pop(name, None)
        self._begun[name] = now

    def take(self, now: float) -> list[str]:
        """Return who is to start now."""
        return [name for name, time in self.due.items() if time <= now]
