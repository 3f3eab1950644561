"""Text as people paste it, made safe to store without changing what it says."""

import re
import unicodedata

# Invisible on the page and never needed in prose: controls (a NUL can't be stored in PostgreSQL),
# lone surrogates, noncharacters, and the bidi embeddings, overrides and isolates that can make a text
# show as another. The marks LRM, RLM, ALM and the joiners ZWJ and ZWNJ are part of good spelling: kept.
UNWANTED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]"
)


def clean_text(text: str) -> str:
    """`text` in NFC with `\\n` line ends, without unwanted invisible characters or outer space."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", UNWANTED.sub("", text)).strip()
