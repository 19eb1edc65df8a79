"""What can be wrong with a file or a row, as a sentence's key and its values; `bot.texts` has the words."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.texts import Texts


class Unclear(ValueError):
    """A cell that can't be read. `key` and `values` name the sentence, `files.<key>`."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


class FileError(Exception):
    """The whole file can't be used. `key` and `values` name the sentence, `files.<key>`."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values

    def said(self, texts: Texts) -> str:
        """The reason, in one sentence."""
        return texts(f"files.{self.key}", **self.values)


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to say about a row (`row` as the spreadsheet numbers it) or, where `row` is 0, about the file."""

    row: int
    key: str
    values: Mapping[str, object] = field(default_factory=dict)

    def said(self, texts: Texts) -> str:
        """The remark, with the row's number in front."""
        sentence = texts(f"files.{self.key}", **self.values)
        return texts("files.row", row=self.row, what=sentence) if self.row else sentence
