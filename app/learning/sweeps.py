"""Training the versions of the tagger that somebody asked for."""

from app.learning.actions import store_training
from app.learning.comparing import compare
from app.learning.queries import find_untrained, list_held, list_lessons
from app.themes.queries import current_codebook, current_tagger
from app.themes.tagger import Tagger

#: People's decisions weigh more than the corpus: each is shown this many times.
WEIGHT = 2


def train_waiting() -> int:
    """Train what waits, one after the other; a killed one is begun anew. Returns how many were trained."""
    trained = 0
    while (version := find_untrained()) is not None:
        store_training(version.id, *train_from_decisions())
        trained += 1
    return trained


def train_from_decisions() -> tuple:
    """(weights, report) learned from corpus and decisions; (None, {"problem": …}) without a decision."""
    # Imported here because they load scikit-learn and the corpus, which only training needs.
    from app.themes.corpus import list_examples
    from app.themes.training import LOWEST_ON_CORPUS, train_tagger

    lessons = list_lessons()
    if not lessons:
        return None, {"problem": "nothing decided"}
    codebook = current_codebook()
    known = codebook.keys
    examples = [*list_examples(), *[each for each in lessons if each.themes <= known] * WEIGHT]
    told = f"the corpus and {len(lessons)} decisions of people"
    weights = train_tagger(codebook, examples, told, LOWEST_ON_CORPUS)
    return weights, compare(current_tagger(), Tagger(codebook, weights, "trained"), list_held(), len(lessons))
