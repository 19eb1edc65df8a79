"""Faults that a test or a visitor orders: refusals, HTTP errors, delays and broken connections."""

import random
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, TypeAdapter, model_validator

KINDS = ("errcode", "http_status", "delay_ms", "drop")


class Fault(BaseModel):
    """One ordered fault: for calls of `path` (`*`: all), the next `times` of them or each with probability `rate`."""

    model_config = ConfigDict(extra="forbid", strict=True)

    path: Annotated[str, Field(pattern=r"^(\*|/.*)$")]
    times: int | None = Field(None, ge=1)
    rate: float | None = Field(None, ge=0, le=1)
    seed: int = 0
    errcode: int | None = None
    http_status: int | None = Field(None, ge=400, le=599)
    delay_ms: int | None = Field(None, ge=0, le=600_000)
    drop: Literal["before", "after"] | None = None
    _dice: random.Random = PrivateAttr()

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.times is None) == (self.rate is None):
            raise ValueError("either `times` or `rate` must be given")
        if sum(getattr(self, kind) is not None for kind in KINDS) != 1:
            raise ValueError("exactly one of `errcode`, `http_status`, `delay_ms` and `drop` must be given")
        if self.errcode == 0:
            raise ValueError("`errcode` 0 is no fault")
        self._dice = random.Random(self.seed)
        return self

    def strikes(self, path: str) -> bool:
        """Whether this call is hit; counts it if so."""
        if self.path not in ("*", path):
            return False
        if self.rate is not None:
            return self._dice.random() < self.rate
        if not self.times:
            return False
        self.times -= 1
        return True


FAULTS = TypeAdapter(list[Fault])


class Struck:
    """What hits one call: how long it waits (seconds), and at most one fault that ends it."""

    __slots__ = ("fault", "wait")

    def __init__(self, faults: list[Fault], path: str) -> None:
        self.wait = 0.0
        self.fault: Fault | None = None
        for fault in faults:
            if not fault.strikes(path):
                continue
            if fault.delay_ms is None:
                self.fault = fault
                break
            self.wait += fault.delay_ms / 1000
