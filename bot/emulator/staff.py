"""The staff of customer service: their accounts, whom they attend to, and what was said meanwhile."""

from dataclasses import asdict, dataclass, field
from typing import Any

# Operations in the records: what the staff wrote, and what they were written.
WROTE, WAS_WRITTEN = 2002, 2003
MOST_ACCOUNTS = 100


@dataclass(slots=True)
class Worker:
    """One account: `name@account`."""

    kf_account: str
    nickname: str
    kf_id: int
    picture: str = ""
    invited: str = ""


@dataclass(slots=True)
class Session:
    """Whom an account attends to, since when."""

    kf_account: str
    createtime: int


@dataclass(slots=True)
class Record:
    """One line of a conversation, as `msgrecord/getmsglist` shows it."""

    openid: str
    opercode: int
    text: str
    time: int
    worker: str


@dataclass(slots=True)
class Staff:
    """Accounts by name, sessions by openid, and the records in their order; a record's msgid is its place from 1 on."""

    workers: dict[str, Worker] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    records: list[Record] = field(default_factory=list)
    last_id: int = 1000

    def hire(self, kf_account: str, nickname: str) -> None:
        """A new account, with a number that none had before."""
        self.last_id += 1
        self.workers[kf_account] = Worker(kf_account, nickname, self.last_id)

    def dismiss(self, kf_account: str) -> None:
        """The account goes, and whom it attended to is attended to by nobody."""
        del self.workers[kf_account]
        self.sessions = {openid: one for openid, one in self.sessions.items() if one.kf_account != kf_account}

    def attended_by(self, kf_account: str) -> dict[str, Session]:
        """Its sessions, by openid."""
        return {openid: one for openid, one in self.sessions.items() if one.kf_account == kf_account}

    def note(self, openid: str, opercode: int, text: str, now: float, worker: str) -> None:
        """Keep a line of a conversation."""
        self.records.append(Record(openid, opercode, text, int(now), worker))

    def saved(self) -> dict[str, Any]:
        return asdict(self)

    def restore(self, saved: dict[str, Any]) -> None:
        self.workers = {name: Worker(**one) for name, one in saved["workers"].items()}
        self.sessions = {openid: Session(**one) for openid, one in saved["sessions"].items()}
        self.records = [Record(**one) for one in saved["records"]]
        self.last_id = saved["last_id"]

    def reset(self) -> None:
        self.workers.clear()
        self.sessions.clear()
        self.records.clear()
