"""What is different between two versions of a survey, and what that does to comparing weeks."""

from dataclasses import dataclass, field

from app.questionnaires.definition import Choice, Definition, Question

#: How far weeks can still be compared, from best to worst.
SAME, CARE, BREAK, NEW, GONE = "same", "care", "break", "new", "gone"
#: Types whose answers are alike.
ALIKE = (
    {"integer", "decimal", "range"},
    {"text"},
    {"date", "dateTime"},
    {"select_one"},
    {"select_multiple", "rank"},
)


@dataclass(frozen=True)
class Change:
    """One question that is not as it was."""

    name: str
    label: str
    #: (what, before, after): what is label, hint, type, choices_added, choices_removed, choices_reworded,
    #: required, optional, relevant, constraint, calculation, choice_filter or moved
    parts: list[tuple[str, str, str]] = field(default_factory=list)
    verdict: str = SAME


def changes_between(before: Definition, after: Definition) -> list[Change]:
    """Every question that was added, changed or left out, in the order of the newer version."""
    old, new = by_name(before), by_name(after)
    language = after.default_language
    found = []
    common_old = [name for name in old if name in new]
    common_new = [name for name in new if name in old]
    moved = moved_names(common_old, common_new)
    for name, question in new.items():
        label = after.text(question.label, language)
        if name not in old:
            found.append(Change(name, label, [], NEW))
            continue
        parts = differences(before, old[name], after, question)
        if name in moved:
            parts.append(("moved", "", ""))
        if parts:
            found.append(Change(name, label, parts, verdict_of(parts, old[name], question)))
    found += [
        Change(name, before.text(question.label, language), [], GONE)
        for name, question in old.items()
        if name not in new
    ]
    return found


def by_name(definition: Definition) -> dict[str, Question]:
    return {"/".join((*question.scope, question.name)): question for question in definition.all_questions}


def moved_names(old: list[str], new: list[str]) -> set[str]:
    """The names that no longer stand after those they stood after (the fewest that tell)."""
    place = {name: at for at, name in enumerate(old)}
    sequence = [place[name] for name in new]
    kept = longest_rising(sequence)
    return {name for name, at in zip(new, sequence, strict=True) if at not in kept}


def longest_rising(sequence: list[int]) -> set[int]:
    best: list[int] = []
    length = [1] * len(sequence)
    came = [-1] * len(sequence)
    for at, value in enumerate(sequence):
        for earlier in range(at):
            if sequence[earlier] < value and length[earlier] + 1 > length[at]:
                length[at], came[at] = length[earlier] + 1, earlier
    at = max(range(len(sequence)), key=length.__getitem__, default=-1)
    while at >= 0:
        best.append(sequence[at])
        at = came[at]
    return set(best)


def differences(
    before: Definition, old: Question, after: Definition, new: Question
) -> list[tuple[str, str, str]]:
    parts = []
    for kind in ("label", "hint"):
        texts_old, texts_new = getattr(old, kind), getattr(new, kind)
        for language in dict.fromkeys([*texts_old, *texts_new]):
            if texts_old.get(language, "") != texts_new.get(language, ""):
                parts.append((kind, texts_old.get(language, ""), texts_new.get(language, "")))
    if old.type != new.type:
        parts.append(("type", old.type, new.type))
    parts += choice_differences(before, old, after, new)
    if bool(old.required) != bool(new.required):
        parts.append(("required" if new.required else "optional", "", ""))
    parts += [
        (kind, "", "")
        for kind in ("relevant", "constraint", "calculation", "choice_filter")
        if getattr(old, kind) != getattr(new, kind)
    ]
    return parts


def choice_differences(
    before: Definition, old: Question, after: Definition, new: Question
) -> list[tuple[str, str, str]]:
    had, has = choices_of(before, old), choices_of(after, new)
    parts = []
    added = [name for name in has if name not in had]
    removed = [name for name in had if name not in has]
    reworded = [name for name in has if name in had and had[name].label != has[name].label]
    if had and added:
        parts.append(("choices_added", "", ", ".join(added)))
    if has and removed:
        parts.append(("choices_removed", ", ".join(removed), ""))
    if reworded:
        parts.append(("choices_reworded", "", ", ".join(reworded)))
    return parts


def choices_of(definition: Definition, question: Question) -> dict[str, Choice]:
    return {choice.name: choice for choice in definition.lists.get(question.list_name, ())}


def verdict_of(parts: list[tuple[str, str, str]], old: Question, new: Question) -> str:
    """How far this week's answers can be set beside earlier ones."""
    kinds = {kind for kind, *_ in parts}
    if "type" in kinds and not any(old.type in alike and new.type in alike for alike in ALIKE):
        return BREAK
    if kinds & {"choices_removed", "calculation"}:
        return BREAK
    if kinds & {
        "label",
        "choices_added",
        "choices_reworded",
        "type",
        "relevant",
        "constraint",
        "choice_filter",
    }:
        return CARE
    return SAME
