"""What somebody wrote can't be understood; the sentence that says why, and what can."""

from bot.texts import Texts


class Misread(ValueError):
    """`key` and `values` name the sentence, in whatever topic."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values

    def said(self, texts: Texts) -> str:
        """The reason, in one sentence that says what to do."""
        return texts(self.key, **self.values)
