"""Who agreed to an older wording is asked anew, once, below the answer to whatever they write next."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection

from bot.texts import Texts
from bot.turn import Answer, Turn
from models import consent, follower
from models.consent import Purpose


def version(texts: Texts, purpose: Purpose) -> str:
    """The version of the wording in which a purpose is agreed to now; a pack with a wording of its own has its own."""
    return texts(f"consent.version_{purpose}")


def edition(texts: Texts) -> str:
    """What changes whenever any of the wordings does."""
    return ".".join(version(texts, purpose) for purpose in Purpose)


def asked_anew(connection: Connection, turns: Sequence[Turn], answers: Sequence[Answer]) -> list[Answer]:
    """The answers of a batch, those to whom a wording is news with the question below."""
    newest = edition(turns[0].means.texts)
    waiting = {
        turn.person.member_id
        for turn, answer in zip(turns, answers, strict=True)
        if turn.person.is_member and turn.person.agreed_at and turn.person.edition != newest
        if answer.reply and not answer.alone
    }
    if not waiting:
        return list(answers)
    agreed = consent.versions(connection, sorted(one for one in waiting if one is not None))
    return [
        _with_question(turn, answer, agreed.get(turn.person.member_id or 0, {}), newest)
        if turn.person.member_id in waiting
        else answer
        for turn, answer in zip(turns, answers, strict=True)
    ]


def _with_question(turn: Turn, answer: Answer, agreed: dict[Purpose, str], newest: str) -> Answer:
    asked = (follower.asked_anew, {"openid": turn.person.openid, "edition": newest})
    outdated = [purpose for purpose in agreed if agreed[purpose] != version(turn.means.texts, purpose)]
    lines = [answer.reply]
    if outdated:
        lines += [turn.say("common.separator"), turn.say("consent.renew")]
        lines += [
            turn.say(f"consent.renew_{'service' if one is Purpose.SERVICE else 'other'}", **named(turn, one))
            for one in outdated
        ]
        if Purpose.SENSITIVE not in agreed:
            lines.append(turn.say("consent.ask_sensitive"))
    return replace(answer, reply="\n".join(lines), changes=(*answer.changes, asked))


def named(turn: Turn, purpose: Purpose) -> dict[str, str]:
    """What a purpose is called, and by which word it is agreed to."""
    return {"what": turn.say(f"consent.what_{purpose}"), "word": turn.say(f"consent.word_{purpose}")}
