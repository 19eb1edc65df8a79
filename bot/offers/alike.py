"""How much a message is like what people say for each of the offers: what letters, and pairs of them, it shares.

Each counts the more, the fewer of the examples in `said.toml` have it: 「的」 tells nothing, 「祝贺」 nearly all.
"""

import re
import tomllib
from collections import Counter, defaultdict
from functools import cache
from math import log, sqrt
from pathlib import Path

EXAMPLES = Path(__file__).with_name("said.toml")
_UNSPOKEN = re.compile(r"[\W_]+")

_Vector = dict[str, float]


def alike(plain: str) -> dict[str, float]:
    """For each offer by its `says`, from 0 to 1; those without a letter in common are left out."""
    examples = _examples()
    asked = examples.vector(plain)
    shared: defaultdict[int, float] = defaultdict(float)
    for feature, weight in asked.items():
        for number, other in examples.having.get(feature, ()):
            shared[number] += weight * other
    found: dict[str, float] = {}
    for number, cosine in shared.items():
        says = examples.says[number]
        found[says] = max(found.get(says, 0.0), cosine)
    return found


class _Examples:
    def __init__(self, said: dict[str, list[str]]) -> None:
        texts = [(says, text) for says, phrases in said.items() for text in (says, *phrases)]
        seen = Counter(feature for _, text in texts for feature in set(_features(text)))
        self._rarity = {feature: log(len(texts) / count) for feature, count in seen.items()}
        self.says = [says for says, _ in texts]
        self.having: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, (_, text) in enumerate(texts):
            for feature, weight in self.vector(text).items():
                self.having[feature].append((number, weight))

    def vector(self, text: str) -> _Vector:
        """Its features with their weights, of length 1; what no example has counts for its length all the same."""
        weights = {one: self._rarity.get(one, _UNHEARD) for one in set(_features(text))}
        length = sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        return {one: weight / length for one, weight in weights.items()}


# As rare as what one example in fifty has: most of what nobody says is names, and other things than commands.
_UNHEARD = log(50)


def _features(text: str) -> list[str]:
    letters = _UNSPOKEN.sub("", text)
    return [*letters, *(letters[place : place + 2] for place in range(len(letters) - 1))]


@cache
def _examples() -> _Examples:
    return _Examples(tomllib.loads(EXAMPLES.read_text(encoding="utf-8")))
