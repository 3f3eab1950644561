"""Splitting an answer into statements where its topic changes: sentences, in every script, that stand alone.

A sentence that goes on about the one before ("They never answer", "So we gave up") stays with it.
"""

import re

#: Sentence ends of Latin, Arabic, Urdu, Bengali, Gujarati, Punjabi and Ethiopic writing.
END = re.compile(r"(?<=[.!?؟。।॥።۔…])[\"'”’»)\]]*\s+")
#: Not the end of a sentence: "e.g. ", "Dr. ", "No. 5".
ABBREVIATION = re.compile(
    r"(?:^|\s)(?:[A-Za-z]|e\.g|i\.e|etc|dr|mr|mrs|ms|st|rd|no|ul|np|tzn|itd|dot)\.$", re.I
)
#: A sentence with fewer words than this says too little alone and stays with its neighbour.
FEWEST_WORDS = 4
LONGEST = 600  # characters
#: How a sentence begins that goes on about the one before it, in the languages of the product.
GOING_ON = frozenset(
    """it it's its they they're them their he she his her him this that these those and but so because which
    then still even otherwise meanwhile afterwards there
    ella ellos ellas esto eso y pero así porque entonces aún todavía él
    ona ono oni one to i ale więc bo dlatego potem jego jej ich
    ele ela eles elas isso isto e mas então porque depois aí
    el ea ei ele asta și si dar deci pentru atunci
    bu o onlar ve ama çünkü cunku sonra yani
    wuu way waxay oo laakiin markaa kadib isaga iyada
    هو هي هم هذا هذه ذلك و لكن لأن بعدين وبعدين وهذا وهي وهو ولكن فلا
    یہ وہ اور لیکن مگر پھر اس ان کیونکہ
    এটা ওটা তারা সে এবং কিন্তু তাই কারণ তারপর উনি ওরা
    આ તે તેઓ અને પણ એટલે કારણ પછી એ
    ਇਹ ਉਹ ਅਤੇ ਤੇ ਪਰ ਇਸ ਕਿਉਂਕਿ ਫਿਰ ਉਹਨਾਂ
    அது இது அவர் அவர்கள் ஆனா ஆனால் அதனால் பிறகு""".split()
)
#: How a sentence begins that turns to something else, whatever follows.
TURNING = re.compile(
    r"^(?:[-•*–]|\(?\d{1,2}[.)]|also|another|second(?:ly)?|on top of that|separately|apart from|"
    r"además|otra cosa|poza tym|druga sprawa|além disso|outra coisa|în plus|in plus|ayrıca|ayrica|"
    r"sidoo kale)\b",
    re.I,
)


def split_statements(text: str) -> list[str]:
    """The statements of an answer, in order; together they are the whole text."""
    statements: list[str] = []
    for line in text.splitlines():
        for number, sentence in enumerate(join_abbreviations(sentences(line))):
            goes_on = statements and len(statements[-1]) < LONGEST
            if goes_on and belongs(sentence, statements[-1], same_line=number > 0):
                statements[-1] += " " + sentence
            else:
                statements.append(sentence)
    return statements


def belongs(sentence: str, before: str, same_line: bool) -> bool:
    """Whether a sentence is about the same as what stands before it, or too short to stand alone."""
    words = sentence.split()
    if len(words) < FEWEST_WORDS or len(before.split()) < FEWEST_WORDS:
        return True
    return same_line and not TURNING.match(sentence) and words[0].casefold().strip(",") in GOING_ON


def sentences(line: str) -> list[str]:
    found, start = [], 0
    for match in END.finditer(line):
        found.append(line[start : match.end()].strip())
        start = match.end()
    found.append(line[start:].strip())
    return [sentence for sentence in found if sentence]


def join_abbreviations(parts: list[str]) -> list[str]:
    joined: list[str] = []
    for part in parts:
        if joined and ABBREVIATION.search(joined[-1]):
            joined[-1] += " " + part
        else:
            joined.append(part)
    return joined
