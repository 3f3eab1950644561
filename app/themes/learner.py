"""Training: examples with their themes become weights, a calibrated confidence and a threshold a theme.

scikit-learn is imported here and nowhere else, because only training needs it.
"""

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, GroupShuffleSplit
from sklearn.svm import LinearSVC

from app.themes.codebook import FLAG_RECALL
from app.themes.corpus import Example
from app.themes.features import BUCKETS, pair_buckets, word_features
from app.themes.model import Weights, calibration_of, confidence
from app.themes.words import words_read

#: From this many examples on, one part held back calibrates as well as folds do, in a fraction of the time.
MANY = 40_000
FOLDS = 5
LEARNED, HELD_BACK = 0.5, 0.2
#: How far liblinear goes: closer changes no tag, and takes twice as long.
TOLERANCE = 0.01
PENALTY = 0.3
#: What is added to every count, the weight of a feature that tells nothing, and where telling ends.
SMOOTHING, TOLD_ANYHOW, MOST_TELLING = 0.05, 0.6, 4.0
CALIBRATION_PENALTY = 10.0
#: Examples that a calibration of one's own needs.
FEWEST_CALIBRATED = 1_000
#: A feature of fewer examples than this is chance.
RAREST = 2
#: The score of what can't be learned, as nothing or everything is an example of it.
NEVER = -9.0
#: Thresholds are sought between these; COMMON is where there is nothing to seek by.
LOWEST, HIGHEST, COMMON = 0.1, 0.7, 0.35
#: A theme with this many examples is half its own threshold and half the common one.
TEMPER = 30
#: 0: types are told by how common they are; 1: as if all were equally common.
RARE_TYPES_HELPED = 0.5


def train(
    examples: Sequence[Example],
    themes: Sequence[str],
    types: Sequence[str] = (),
    flags: Sequence[str] = (),
    hits: np.ndarray | None = None,
    trained_on: str = "",
    lowest: float = 0.0,
) -> Weights:
    """Weights for `themes`, statement `types` and `flags` from coded examples.

    `hits`: float32 (examples, themes, 2), the phrases and hints of each theme that stand in each example.
    `lowest`: no theme's threshold is under it.
    Raises ValueError where there is nothing to learn from.
    """
    if not examples:
        raise ValueError("there are no examples to learn from")
    if hits is None:
        hits = np.zeros((len(examples), len(themes), 2), np.float32)
    counts, squares = count_features(examples)
    idf = rarity(counts)
    lengths = np.sqrt(np.maximum(squares @ idf**2, 1e-9))
    matrix = sp.csr_array(sp.diags_array(1 / lengths) @ counts @ sp.diags_array(idf))
    matrix.eliminate_zeros()
    theme_labels = labels_of([example.themes for example in examples], themes)
    type_labels = labels_of([{example.type} for example in examples], types)
    flag_labels = labels_of([example.flags for example in examples], flags)
    labels = np.hstack([theme_labels, type_labels, flag_labels])
    known = np.ones(labels.shape, bool)
    known[:, len(themes) :] = np.array([example.type is not None for example in examples])[:, None]

    held, scores = held_out_scores(
        matrix, labels, known, [e.situation or str(n) for n, e in enumerate(examples)]
    )
    groups = np.array([calibration_of(example.language) for example in examples])[held]
    theme_scores = scores[:, : len(themes)]
    calibration = calibrate_each(groups, theme_scores, hits[held], theme_labels[held])
    confidences = confidence(calibration[groups], theme_scores, hits[held])
    coefficients, bias = fit(matrix, labels, known)
    flag_scores = scores[:, len(themes) + len(types) :]
    for head in range(len(themes), len(themes) + len(types)):
        slope, offset = weigh_type(scores[:, head], labels[held, head])
        coefficients[:, head] *= slope
        bias[head] = bias[head] * slope + offset
    weights = coefficients * idf[:, None]
    scales = np.maximum(np.abs(weights).max(axis=0), 1e-9) / 127
    return Weights(
        heads=(*themes, *types, *flags),
        weights=np.rint(weights / scales).astype(np.int8),
        scales=scales.astype(np.float32),
        lengths=(idf**2).astype(np.float16),
        bias=bias.astype(np.float32),
        calibration=calibration,
        thresholds=np.maximum(best_thresholds(confidences, theme_labels[held]), np.float32(lowest)),
        flag_thresholds=flag_thresholds(flag_scores, flag_labels[held], flags),
        trained_on=trained_on,
    )


def labels_of(given: Sequence, keys: Sequence[str]) -> np.ndarray:
    """bool (examples, keys)"""
    return np.array([[key in each for key in keys] for each in given], bool).reshape(len(given), len(keys))


def count_features(examples: Sequence[Example]) -> tuple[sp.csr_array, sp.csr_array]:
    """(amount of each feature, sum of its squared amounts) in each example: csr (examples, buckets)."""
    known: dict[tuple[str, str | None], tuple[np.ndarray, np.ndarray]] = {}
    buckets, amounts, ends = [], [], [0]
    for example in examples:
        words = words_read(example.text)
        pairs = np.array(pair_buckets(words), np.int32)
        parts = [(pairs, np.ones(len(pairs), np.float32))]
        for key in ((word, example.language) for word in words):
            if key not in known:
                known[key] = features_of(*key)
            parts.append(known[key])
        buckets += [part[0] for part in parts]
        amounts += [part[1] for part in parts]
        ends.append(ends[-1] + sum(len(part[0]) for part in parts))
    # liblinear takes 32-bit positions only
    where, amount, ends = np.concatenate(buckets), np.concatenate(amounts), np.array(ends, np.int32)
    shape = (len(examples), BUCKETS)
    counts = sp.csr_array((amount, where, ends), shape=shape, copy=True)
    squares = sp.csr_array((amount**2, where, ends), shape=shape, copy=True)
    counts.sum_duplicates()
    squares.sum_duplicates()
    return counts, squares


def features_of(word: str, language: str | None) -> tuple[np.ndarray, np.ndarray]:
    """(buckets, amounts) of a word: int32 (n,), float32 (n,)."""
    form, meanings, amount = word_features(word, language)
    amounts = np.ones(len(form) + len(meanings), np.float32)
    amounts[len(form) :] = amount
    return np.array([*form, *meanings], np.int32), amounts


def rarity(counts: sp.csr_array) -> np.ndarray:
    """The inverse document frequency of each bucket; 0 where fewer than two examples have it."""
    occurs = np.bincount(counts.indices, minlength=BUCKETS)
    idf = np.log((1 + counts.shape[0]) / (1 + occurs)) + 1
    return np.where(occurs < RAREST, 0.0, idf)


def fit(matrix: sp.csr_array, labels: np.ndarray, known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(coefficients (buckets, heads), bias (heads,)); a head that is always or never true has a bias only."""
    coefficients = np.zeros((matrix.shape[1], labels.shape[1]))
    bias = np.full(labels.shape[1], NEVER)
    for head in range(labels.shape[1]):
        rows = np.flatnonzero(known[:, head])
        wanted = labels[rows, head]
        if wanted.any() and not wanted.all():
            seen = matrix if len(rows) == matrix.shape[0] else matrix[rows]
            telling = how_telling(seen, wanted)
            classifier = LinearSVC(C=PENALTY, tol=TOLERANCE, random_state=0)
            classifier.fit(sp.csr_array(seen @ sp.diags_array(telling)), wanted)
            coefficients[:, head], bias[head] = classifier.coef_[0] * telling, classifier.intercept_[0]
    return coefficients, bias


def how_telling(matrix: sp.csr_array, wanted: np.ndarray) -> np.ndarray:
    """How much each feature alone tells of a head: what is in one class only is tried first.

    Wang, S. and Manning, C. (2012), Baselines and Bigrams (NBSVM); here the log-count ratio's size.
    """
    inside = matrix[wanted].sum(axis=0) + SMOOTHING
    outside = matrix[~wanted].sum(axis=0) + SMOOTHING
    ratio = np.log(inside / inside.sum()) - np.log(outside / outside.sum())
    return TOLD_ANYHOW + np.minimum(np.abs(ratio), MOST_TELLING) / 2


def held_out_scores(matrix, labels, known, situations: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """(which examples, their scores (examples, heads)) by classifiers that have not seen their situation."""
    several = len(set(situations)) >= FOLDS
    if not several:
        splits = [(np.arange(len(labels)), np.arange(len(labels)))]
    elif len(labels) < MANY:
        splits = GroupKFold(FOLDS).split(matrix, groups=situations)
    else:
        halves = GroupShuffleSplit(1, train_size=LEARNED, test_size=HELD_BACK, random_state=0)
        splits = halves.split(matrix, groups=situations)
    held, scores = [], []
    for learned, tested in splits:
        coefficients, bias = fit(matrix[learned], labels[learned], known[learned])
        held.append(tested)
        scores.append(matrix[tested] @ coefficients + bias)
    return np.concatenate(held), np.concatenate(scores)


def calibrate_each(
    groups: np.ndarray, scores: np.ndarray, hits: np.ndarray, labels: np.ndarray
) -> np.ndarray:
    """float64 (2, themes, 4): the calibration of each group; that of all where a group is small."""
    everywhere = calibrate(scores, hits, labels)
    return np.stack(
        [
            calibrate(scores[mine], hits[mine], labels[mine])
            if mine.sum() >= FEWEST_CALIBRATED
            else everywhere
            for mine in (groups == 0, groups == 1)
        ]
    )


def calibrate(scores: np.ndarray, hits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """float64 (themes, 4): what turns (score, phrases, hints, 1) into the logit of a theme's probability."""
    found = np.zeros((scores.shape[1], 4))
    for theme in range(scores.shape[1]):
        wanted = labels[:, theme]
        if wanted.any() and not wanted.all():
            seen = np.column_stack([scores[:, theme], hits[:, theme]])
            regression = LogisticRegression(C=CALIBRATION_PENALTY).fit(seen, wanted)
            found[theme] = [*regression.coef_[0], regression.intercept_[0]]
        else:
            found[theme, 3] = NEVER
    return found


def best_thresholds(confidences: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The confidence of each theme from which suggesting it gives the best F1, tempered by that of all.

    A theme with few examples stays near the common threshold: a threshold found on ten is chance.
    """
    common = best_threshold(confidences.ravel(), labels.ravel(), COMMON)
    thresholds = []
    for theme in range(labels.shape[1]):
        own = best_threshold(confidences[:, theme], labels[:, theme], common)
        trust = labels[:, theme].sum() / (labels[:, theme].sum() + TEMPER)
        thresholds.append(trust * own + (1 - trust) * common)
    return np.array(thresholds, np.float32)


def best_threshold(confidences: np.ndarray, labels: np.ndarray, otherwise: float) -> float:
    if not labels.any():
        return otherwise
    tried = np.linspace(LOWEST, HIGHEST, 46)
    suggested = confidences[:, None] >= tried
    right = (suggested & labels[:, None]).sum(axis=0)
    return float(tried[np.argmax(2 * right / (suggested.sum(axis=0) + labels.sum()))])


def weigh_type(scores: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
    """(slope, offset) that make scores of different types comparable, so that the largest tells the type.

    Rare types are helped: by how common each is alone, nearly everything would be a concern.
    """
    if not labels.any() or labels.all():
        return 1.0, 0.0
    regression = LogisticRegression(C=CALIBRATION_PENALTY).fit(scores[:, None], labels)
    helped = RARE_TYPES_HELPED * np.log(labels.mean())
    return float(regression.coef_[0, 0]), float(regression.intercept_[0] - helped)


def flag_thresholds(scores: np.ndarray, labels: np.ndarray, flags: Sequence[str]) -> np.ndarray:
    """The score from which each flag is raised: the best F-measure, where recall weighs as the flag wants."""
    found = []
    for column, flag in enumerate(flags):
        wanted = labels[:, column]
        tried = (
            np.unique(np.quantile(scores[wanted, column], np.linspace(0, 0.9, 91))) if wanted.any() else []
        )
        raised = [scores[:, column] >= score for score in tried]
        beta = FLAG_RECALL.get(flag, 1.0) ** 2
        measures = [
            (1 + beta) * (each & wanted).sum() / (beta * wanted.sum() + each.sum()) for each in raised
        ]
        found.append(tried[int(np.argmax(measures))] if measures else -NEVER)
    return np.array(found, np.float32)
