"""Why a command can't be done: one sentence, and exit status 2."""

from bot.texts import Texts


class CommandError(Exception):
    """`key` and `values` name the sentence, `commands.<key>`; values are plain, so that they can cross the socket."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values

    def said(self, texts: Texts) -> str:
        """The reason, in one sentence that says what to do."""
        return texts(f"commands.{self.key}", **self.values)
