"""Files that the account or its followers sent: temporary ones for three days, permanent ones until deleted.

Source: 「素材管理」. Bytes are kept in memory, or in a folder where the emulator keeps its state.
"""

import base64
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from bot.emulator.errors import Refused

Kind = Literal["image", "voice", "video", "thumb"]
KINDS: tuple[Kind, ...] = ("image", "voice", "video", "thumb")

SECONDS = 3 * 86400
# Temporary files beyond these many bytes push out the oldest.
KEPT_BYTES = 256 * 2**20

SIZES: dict[Kind, int] = {"image": 10 * 2**20, "voice": 2 * 2**20, "video": 10 * 2**20, "thumb": 64 * 2**10}
FORMATS: dict[Kind, frozenset[str]] = {
    "image": frozenset({"png", "jpg", "gif"}),
    "voice": frozenset({"amr", "mp3"}),
    "video": frozenset({"mp4"}),
    "thumb": frozenset({"jpg"}),
}
CONTENT_TYPES = {
    "png": "image/png", "jpg": "image/jpeg", "gif": "image/gif", "bmp": "image/bmp",
    "amr": "audio/amr", "mp3": "audio/mpeg", "mp4": "video/mp4",
}  # fmt: skip

VOICE_SECONDS = 60
# Bytes of a frame of 20 ms after its head, by the mode in the head's bits 3 to 6.
_AMR_FRAMES = (12, 13, 15, 17, 19, 20, 26, 31, 5)

# A picture of one pixel, for followers who send one without saying which.
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
SILENCE = b"#!AMR\n" + bytes([0x3C]) + bytes(31)
FILM = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"


@dataclass(slots=True)
class Medium:
    """One file; `ends` is None for a permanent one, `title` and `introduction` are a permanent video's."""

    id: str
    kind: str
    name: str
    format: str
    size: int
    made: float
    ends: float | None
    title: str = ""
    introduction: str = ""

    @property
    def content_type(self) -> str:
        return CONTENT_TYPES[self.format]


def format_of(content: bytes) -> str:
    """What a file is by its first bytes, whatever its name says; "" for something else."""
    if content[4:8] == b"ftyp":
        return "mp4"
    if content[:3] == b"ID3" or (len(content) > 1 and content[0] == 0xFF and content[1] & 0xE0 == 0xE0):
        return "jpg" if content[1:3] == b"\xd8\xff" else "mp3"
    heads = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg", b"GIF8": "gif", b"BM": "bmp", b"#!AMR\n": "amr"}
    return next((name for head, name in heads.items() if content.startswith(head)), "")


def amr_seconds(content: bytes) -> float:
    """How long an AMR voice plays."""
    at, frames = 6, 0
    while at < len(content):
        mode = content[at] >> 3 & 15
        at += 1 + (_AMR_FRAMES[mode] if mode < len(_AMR_FRAMES) else 0)
        frames += 1
    return frames * 0.02


def checked(kind: str, content: bytes, *, permanent: bool = False) -> tuple[Kind, str]:
    """Kind and format of a file that the platform takes. Raises Refused."""
    if kind not in KINDS:
        raise Refused(40004)
    known: Kind = kind
    if not content:
        raise Refused(44001)
    format = format_of(content)
    if format not in FORMATS[known] and not (permanent and known == "image" and format == "bmp"):
        raise Refused(40005)
    if len(content) > SIZES[known]:
        raise Refused(45001)
    if format == "amr" and amr_seconds(content) > VOICE_SECONDS:
        raise Refused(45007)
    return known, format


class MediaStore:
    """All files, by their ids. `folder` keeps the bytes between runs."""

    def __init__(self) -> None:
        self.folder: Path | None = None
        self._media: dict[str, Medium] = {}
        self._bytes: dict[str, bytes] = {}
        for kind, content, format in (("IMAGE", PIXEL, "png"), ("VOICE", SILENCE, "amr"), ("VIDEO", FILM, "mp4")):
            self._builtin(f"EMULATED_{kind}", kind.lower(), content, format)
        self._builtin("EMULATED_VOICE_16K", "voice", SILENCE, "amr")
        self._builtin("EMULATED_THUMB", "thumb", PIXEL, "png")

    def add(self, kind: Kind, name: str, format: str, content: bytes, now: float, *, permanent: bool = False) -> Medium:
        """A new file of a checked kind and format."""
        medium = Medium(new_id(), kind, name, format, len(content), now, None if permanent else now + SECONDS)
        self._media[medium.id] = medium
        if self.folder is None:
            self._bytes[medium.id] = content
        else:
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / medium.id).write_bytes(content)
        self._make_room(now)
        return medium

    def find(self, id: object, now: float) -> Medium | None:
        """A file that hasn't expired."""
        medium = self._media.get(id) if isinstance(id, str) else None
        return medium if medium is not None and (medium.ends is None or now < medium.ends) else None

    def content(self, medium: Medium) -> bytes:
        """Its bytes; none if somebody has emptied the folder."""
        if medium.id in self._bytes:
            return self._bytes[medium.id]
        file = self.folder / medium.id if self.folder else None
        return file.read_bytes() if file is not None and file.exists() else b""

    def delete(self, medium: Medium) -> None:
        del self._media[medium.id]
        self._bytes.pop(medium.id, None)
        if self.folder is not None:
            (self.folder / medium.id).unlink(missing_ok=True)

    def permanent(self, kind: str = "") -> list[Medium]:
        """The account's own library, the newest first."""
        own = [m for m in self._media.values() if m.ends is None and m.id not in _BUILTIN]
        return [medium for medium in reversed(own) if kind in ("", medium.kind)]

    def _make_room(self, now: float) -> None:
        passing = [medium for medium in self._media.values() if medium.ends is not None]
        size = sum(medium.size for medium in passing)
        for medium in passing:
            if medium.ends is not None and (now >= medium.ends or size > KEPT_BYTES):
                size -= medium.size
                self.delete(medium)

    def _builtin(self, id: str, kind: str, content: bytes, format: str) -> None:
        self._media[id] = Medium(id, kind, id, format, len(content), 0, None)
        self._bytes[id] = content

    def saved(self) -> list[dict[str, Any]]:
        """Without the bytes, which stand in the folder."""
        return [asdict(medium) for medium in self._media.values() if medium.id not in _BUILTIN]

    def restore(self, saved: list[dict[str, Any]]) -> None:
        self._media |= {medium["id"]: Medium(**medium) for medium in saved}

    def reset(self) -> None:
        """Files stay: what was shown may still refer to them."""


_BUILTIN = frozenset(f"EMULATED_{name}" for name in ("IMAGE", "VOICE", "VOICE_16K", "VIDEO", "THUMB"))


def new_id() -> str:
    """64 characters, as the platform makes them."""
    return secrets.token_urlsafe(48)
