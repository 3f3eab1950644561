"""A file that came with an answer: whether it is what was asked for, and what it may be called."""

import re
import unicodedata
from dataclasses import dataclass

import puremagic

from app.questionnaires.answers import UPLOAD_MARK, Mistake

SIZE_LIMIT = 10 * 1024 * 1024  # bytes of one file
FILES_LIMIT = 10  # of one response
NAME_LIMIT = 80  # characters
#: What a browser would run.
ACTIVE = {"text/html", "image/svg+xml", "application/xhtml+xml", "application/javascript", "text/javascript"}
PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")
#: Recordings come in containers that films come in, too.
SPOKEN = {"application/ogg", "video/webm", "video/mp4", "video/3gpp", "application/x-matroska"}


@dataclass(frozen=True)
class Upload:
    id: str
    name: str
    media_type: str
    content: bytes

    @property
    def answer(self) -> str:
        """What is kept as the question's answer."""
        return f"{self.id}{UPLOAD_MARK}{self.name}"


def media_types(content: bytes) -> set[str]:
    """What the content is, whatever its name says."""
    try:
        return {match.mime_type for match in puremagic.magic_string(content[:65_536]) if match.mime_type}
    except (puremagic.PureError, ValueError):
        return set()


def judge(kind: str, content: bytes) -> tuple[str, Mistake | None]:
    """(media type, what is wrong) of a file sent for a question of type `kind`."""
    if len(content) > SIZE_LIMIT:
        return "", Mistake("too_large", SIZE_LIMIT // 1024 // 1024)
    found = media_types(content)
    if not content or found & ACTIVE or content.startswith(PROGRAMS) or b"<script" in content[:1024].lower():
        return "", Mistake("not_the_type")
    wanted = {"image": "image/", "audio": "audio/", "video": "video/"}.get(kind)
    if wanted is None:
        return next(iter(sorted(found)), "application/octet-stream"), None
    fitting = sorted(
        name for name in found if name.startswith(wanted) or (kind == "audio" and name in SPOKEN)
    )
    return (fitting[0], None) if fitting else ("", Mistake("not_the_type"))


def safe_name(name: str) -> str:
    """A file's name without a path, control characters or anything that turns its direction."""
    plain = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    plain = "".join(c for c in plain if unicodedata.category(c)[0] != "C")
    plain = re.sub(r"[<>:\"|?*'`$;&]+", "_", plain).strip(" .") or "file"
    stem, dot, suffix = plain.rpartition(".")
    return (
        f"{stem[: NAME_LIMIT - len(suffix) - 1]}{dot}{suffix}"
        if dot and len(suffix) < 10
        else plain[:NAME_LIMIT]
    )
