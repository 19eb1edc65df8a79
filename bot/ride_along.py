"""Pushes that ride along below an answer: those of today, whole, below lines; of the others how many there are."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from bot.turn import Answer, Means, Turn
from bot.wording import Wording
from models import checkin
from models.broadcast import BroadcastKind
from models.push import with_unsent
from scheduler import ride_along
from scheduler.messenger import Outgoing
from scheduler.outgoing import goes_with_others

# The platform shows no reply longer than 2,048 bytes.
REPLY_BYTES = 2000

Waiting = Mapping[int, Sequence[Outgoing]]


class RideAlong:
    """Looks up what waits for those who are writing, and puts it below their answers."""

    def __init__(self, means: Means, wording: Wording) -> None:
        self._means = means
        self._word = wording

    def waiting(self, connection: Connection, turns: Sequence[Turn]) -> Waiting:
        """What waits for the members who are writing in this batch, by member id, best first."""
        writing = [turn.person.member_id for turn in turns if turn.person.is_member and turn.person.agreed_at]
        # Mostly nothing waits, and this costs a tenth of the whole question.
        owed = with_unsent(connection, [member_id for member_id in writing if member_id is not None])
        return ride_along.waiting(connection, owed, self._means.rules, turns[0].now) if owed else {}

    def joined(self, turn: Turn, answer: Answer, waiting: Waiting) -> Answer:
        """The answer with what rides below it; the answer to 「看」 is the next push itself."""
        pushes = waiting.get(turn.person.member_id or 0)
        if pushes and any(apply is checkin.record for apply, _ in answer.changes):
            # Whoever checks in just now needs no nudge to do so.
            moot = [push for push in pushes if push.kind in (BroadcastKind.NUDGE, BroadcastKind.INVITATION)]
            drops = tuple((ride_along.drop, {"id": push.id}) for push in moot)
            answer = replace(answer, changes=(*answer.changes, *drops))
            pushes = [push for push in pushes if push not in moot]
        if not pushes or not answer.reply or (answer.alone and not answer.shows_next):
            return answer
        shown = {row["id"] for apply, row in answer.changes if apply is ride_along.take}
        pushes = [push for push in pushes if push.id not in shown]
        if not pushes:
            return answer
        if answer.shows_next:
            return self._instead(turn, answer, pushes)
        return self._below(turn, answer, pushes)

    def _instead(self, turn: Turn, answer: Answer, pushes: Sequence[Outgoing]) -> Answer:
        text = self._word(pushes[0])
        # An oath stands alone, even without a word about what comes next.
        if goes_with_others(pushes[0]):
            text = self._with_count(turn, text, len(pushes) - 1)
        return self._took(turn, replace(answer, reply=text), pushes[0])

    def _below(self, turn: Turn, answer: Answer, pushes: Sequence[Outgoing]) -> Answer:
        """All that is today's, as far as it fits whole; else the best of what is older. Of the others, how many."""
        below: list[Outgoing] = []
        for push in self._fitting(pushes):
            if len(self._whole(turn, answer, [*below, push], pushes).encode()) <= REPLY_BYTES:
                below.append(push)
        whole = self._whole(turn, answer, below, pushes)
        if len(whole.encode()) > REPLY_BYTES:
            return answer
        joined = replace(answer, reply=whole)
        for push in below:
            joined = self._took(turn, joined, push)
        return joined

    def _fitting(self, pushes: Sequence[Outgoing]) -> Sequence[Outgoing]:
        """What may stand below an answer, best first."""
        # Who is on leave is told how many wait, and looks at them if they like.
        others = [push for push in pushes if goes_with_others(push) and not push.frozen]
        return [push for push in others if push.day == push.today] or others[:1]

    def _whole(self, turn: Turn, answer: Answer, below: Sequence[Outgoing], pushes: Sequence[Outgoing]) -> str:
        separator = turn.say("common.separator")
        text = "".join([answer.reply, *(f"\n{separator}\n{self._word(push)}" for push in below)])
        return self._with_count(turn, text, len(pushes) - len(below))

    def _with_count(self, turn: Turn, text: str, count: int) -> str:
        return f"{text}\n{turn.say('common.more', count=count)}" if count else text

    def _took(self, turn: Turn, answer: Answer, push: Outgoing) -> Answer:
        row = ride_along.shown(push, self._means.rules, turn.now)
        return replace(answer, changes=(*answer.changes, (ride_along.take, row)))
