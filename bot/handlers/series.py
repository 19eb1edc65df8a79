"""Series: lessons in their order, begun by everyone at the first and read at their own pace."""

from sqlmodel import Session

from bot import choices
from bot.titles import match
from bot.turn import Answer, Turn
from models.lesson import Lesson, opened, series_of
from models.library import Topic
from models.open_question import OpenQuestion

WHICH = "series_which"


def list_all(db: Session, turn: Turn) -> Answer:
    """「系列」: what there is, and how far the writer is in each."""
    series = series_of(db, turn.today)
    if not series:
        return Answer(turn.say("series.none"))
    read = opened(db, _member(turn))
    rows = []
    for name, lessons in series.items():
        done = sum(lesson.id in read for lesson in lessons)
        rows.append(turn.say("series.row_begun" if done else "series.row", series=name, done=done, count=len(lessons)))
    return Answer("\n".join([turn.say("series.head"), *rows, turn.say("series.how")]))


def learn(db: Session, turn: Turn) -> Answer:
    """「学 系列名」: its first lesson, or the one after those that were opened."""
    series = series_of(db, turn.today)
    found = match(turn.words["series"], {name: name for name in series})
    if found.sure:
        return _next(db, turn, found.sure, series[found.sure])
    if not found.maybe:
        return Answer(turn.say("series.unknown", series=turn.words["series"]))
    return choices.ask(db, turn, WHICH, turn.say("series.which"), [(f"《{name}》", name) for name in found.maybe])


def chosen(db: Session, turn: Turn, question: OpenQuestion) -> Answer | None:
    """The number of the series that was meant."""
    name = choices.chosen(db, turn, question)
    if name is None:
        return None
    lessons = series_of(db, turn.today).get(name)
    return _next(db, turn, name, lessons) if lessons else Answer(turn.say("series.unknown", series=name))


def next_lesson(db: Session, turn: Turn) -> Answer:
    """「下一课」: of the series in which the writer read last; of the only one, where they have begun none."""
    series = series_of(db, turn.today)
    read = opened(db, _member(turn))
    if not series:
        return Answer(turn.say("series.none"))
    of = {lesson.id: name for name, lessons in series.items() for lesson in lessons}
    last = next((topic_id for topic_id in reversed(read) if topic_id in of), None)
    if last is None and len(series) > 1:
        return list_all(db, turn)
    name = of[last] if last is not None else next(iter(series))
    return _next(db, turn, name, series[name])


def _next(db: Session, turn: Turn, name: str, lessons: list[Topic]) -> Answer:
    read = opened(db, _member(turn))
    coming = [(number, lesson) for number, lesson in enumerate(lessons, start=1) if lesson.id not in read]
    if not coming:
        return Answer(turn.say("series.finished", series=name, count=len(lessons)))
    number, lesson = coming[0]
    assert lesson.id is not None
    db.add(Lesson(member_id=_member(turn), topic_id=lesson.id, opened_at=turn.now))
    values = {"series": name, "number": number, "count": len(lessons), "title": lesson.title}
    lines = [turn.say("series.lesson", **values)]
    shown = {part: getattr(lesson, part) for part in ("summary", "question", "link") if getattr(lesson, part)}
    lines += [turn.say(f"topic.{part}", **shown) for part in shown]
    lines.append(turn.say("series.go_on" if len(coming) > 1 else "series.last"))
    return Answer("\n".join(lines))


def _member(turn: Turn) -> int:
    assert turn.person.member_id is not None, "the gate lets nobody but members through"
    return turn.person.member_id
