"""What a finding says, in plain Chinese: one sentence, and the cure where there is something to cure."""

from collections.abc import Mapping
from typing import Any

from bot.doctor.finding import Finding, State
from bot.texts import Texts

_WITH_CURE = (State.WARNING, State.PROBLEM)


def sentence(texts: Texts, finding: Finding) -> str:
    """What was found."""
    return texts(f"doctor.{finding.code}", **_worded(texts, finding.values))


def cure(texts: Texts, finding: Finding) -> str:
    """What to do about it; "" where nothing needs doing."""
    if finding.state not in _WITH_CURE:
        return ""
    return texts(f"doctor.{finding.code}_cure", **_worded(texts, finding.values))


def _worded(texts: Texts, values: Mapping[str, Any]) -> dict[str, object]:
    """The values, with words instead of what is for programs."""
    worded = dict(values)
    for name in ("configured", "actual"):
        if name in values:
            worded[name] = texts(f"doctor.account_{_key(values[name])}")
    if "actual" in values:
        worded |= {"actual_key": values["actual"], "follows": texts(f"doctor.follows_{_key(values['actual'])}")}
    if "abilities" in values:
        names = [texts(f"doctor.ability_{ability}") for ability in values["abilities"] or ["none"]]
        worded["abilities"] = "、".join(names)
    if "way" in values:
        worded["way"] = texts(f"doctor.way_{values['way']}")
    if "routes" in values:
        worded["routes"] = "；".join(
            texts("doctor.quota_left", route=texts(f"doctor.route_{route}"), left=left, limit=limit)
            for route, left, limit in values["routes"]
        )
    return worded


def _key(kind: str) -> str:
    return kind.replace("-", "_")
