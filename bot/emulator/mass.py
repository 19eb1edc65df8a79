"""Mass messages: what was submitted, and what is left of the quotas. Source: 「群发接口」."""

from dataclasses import asdict, dataclass, field
from typing import Any

from bot.emulator.clock import day_of, month_of

# The platform's own account, which sends the results of jobs.
HELPER = "oMPHELPER0000000000000000001"

EACH_A_MONTH = 4
SAME_SECONDS, PAUSE_SECONDS = 86_400, 60


@dataclass(slots=True)
class Job:
    """One mass message. `status` is the platform's msg_status, `ends` what it becomes when the receipt leaves."""

    msg_id: int
    key: str
    at: float
    status: str = "SENDING"
    ends: str = "SEND_SUCCESS"

    def finish(self) -> None:
        """Nothing is sent any more; what was deleted meanwhile stays so."""
        if self.status == "SENDING":
            self.status = self.ends


@dataclass(slots=True)
class Mass:
    """Jobs by msg_id, those of a day by their key, and how many each follower has had this month."""

    jobs: dict[int, Job] = field(default_factory=dict)
    speed: int = 0
    # openid → messages in `month`; kept only for those who had any.
    had: dict[str, int] = field(default_factory=dict)
    month: str = ""
    # To everybody: Beijing day or month → how many.
    to_all: dict[str, int] = field(default_factory=dict)

    def same(self, key: str, now: float) -> Job | None:
        """The job of the same key in the last 24 hours."""
        jobs = (job for job in reversed(self.jobs.values()) if job.key == key)
        return next((job for job in jobs if now - job.at < SAME_SECONDS), None)

    def begin(self, key: str, now: float, number: int) -> Job:
        """A job under `number`, or the next one that no job has."""
        job = Job(max(number, max(self.jobs, default=0) + 1), key, now)
        self.jobs[job.msg_id] = job
        return job

    def left(self, openid: str, now: float) -> int:
        """How many mass messages this follower may still get this month."""
        self._turn_month(now)
        return EACH_A_MONTH - self.had.get(openid, 0)

    def count(self, openid: str) -> None:
        self.had[openid] = self.had.get(openid, 0) + 1

    def spend_on_all(self, now: float, *, daily: bool) -> bool:
        """Count one message to everybody; whether it was still allowed: one a day, or four a month."""
        period = str(day_of(now)) if daily else month_of(now)
        used = self.to_all.get(period, 0)
        if used >= (1 if daily else EACH_A_MONTH):
            return False
        self.to_all = {period: used + 1}
        return True

    def _turn_month(self, now: float) -> None:
        if self.month != month_of(now):
            self.month, self.had = month_of(now), {}

    def saved(self) -> dict[str, Any]:
        return asdict(self) | {"jobs": [asdict(job) for job in self.jobs.values()]}

    def restore(self, saved: dict[str, Any]) -> None:
        self.jobs = {job["msg_id"]: Job(**job) for job in saved["jobs"]}
        for job in self.jobs.values():
            # Its receipt was lost with the process.
            job.finish()
        self.speed, self.month = saved["speed"], saved["month"]
        self.had, self.to_all = saved["had"], saved["to_all"]

    def reset(self) -> None:
        self.jobs.clear()
        self.had.clear()
        self.to_all.clear()
