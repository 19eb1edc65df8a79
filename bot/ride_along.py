"""Pushes that ride along below an answer."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from bot.turn import Answer, Turn


class RideAlong:
    def waiting(self, connection: Connection, turns: Sequence[Turn]) -> Mapping[int, object]:
        return {}

    def joined(self, turn: Turn, answer: Answer, waiting: Mapping[int, object]) -> Answer:
        return answer
