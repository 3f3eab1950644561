"""Sentiment of English statements, by TextBlob; other languages have none rather than a wrong one."""

from functools import cache


@cache
def textblob_sentiment():
    # Imported here because it loads NLTK, which no page request needs.
    from textblob.en import sentiment

    return sentiment


def english_sentiment(text: str, language: str | None) -> float | None:
    """From -1 (bad) to 1 (good) for English; None for any other language."""
    if language != "en":
        return None
    return round(float(textblob_sentiment()(text)[0]), 3)
