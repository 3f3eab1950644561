"""Sentiment of English statements, by TextBlob; other languages have none rather than a wrong one."""

import re
from functools import cache

WORD = re.compile(r"[\w']+|[.,!?;:()]")


@cache
def blob_class():
    # Imported here because it loads NLTK, which no page request needs.
    from nltk.tokenize.api import TokenizerI
    from textblob import TextBlob

    class WordTokenizer(TokenizerI):
        """A plain regular expression in place of NLTK's, which needs a corpus from elsewhere."""

        def tokenize(self, text):
            return WORD.findall(text)

    tokenizer = WordTokenizer()
    return lambda text: TextBlob(text, tokenizer=tokenizer)


def english_sentiment(text: str, language: str | None) -> float | None:
    """From -1 (bad) to 1 (good) for English; None for any other language."""
    if language != "en":
        return None
    return round(float(blob_class()(text).sentiment.polarity), 3)
