"""A call of the platform's API before it is sent: what is asked of which address, and what goes along."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class File:
    """A file on its way to or from the platform, which goes by the ending of the name too."""

    name: str
    content: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class Call:
    """`repeatable`: doing it twice does no harm; `push` is what the log is to name."""

    method: str
    path: str
    params: Mapping[str, str]
    json: Mapping[str, Any] | None = None
    file: File | None = None
    repeatable: bool = False
    push: int | None = None

    def content(self) -> bytes | None:
        """The JSON as it goes out."""
        # The platform refuses "\\uXXXX" or shows it to members as it is: characters go as they are.
        return None if self.json is None else json.dumps(self.json, ensure_ascii=False).encode("utf-8", "replace")

    def files(self) -> dict[str, tuple[str, bytes, str]] | None:
        """The form's files."""
        return None if self.file is None else {"media": (self.file.name, self.file.content, self.file.content_type)}
