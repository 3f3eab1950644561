"""From page to page: what comes next, what came before, and the lists of repeats in between.

A repeat that people add to is a hub: from its list into one instance and back to the list.
"""

from app.questionnaires.flow import Scope, State, Stop


def find_address(state: State, address: str) -> Stop | None:
    """The stop that a link like "3" or "5-2" names; None when there is none (any more)."""
    number, *place = map(int, address.split("-"))
    return state.find_stop(number, tuple(index - 1 for index in place)) if 0 not in place else None


def hub_of(state: State, stop: Stop) -> Stop | None:
    """The list of the innermost repeat that people add to around a stop."""
    for scope in stop.scope.chain()[:-1]:
        repeat = state.form.repeats[scope.parent.names][scope.names[-1]]
        if repeat.count is None:
            number = next(
                number
                for number, page in enumerate(state.form.definition.pages, 1)
                if page.repeat == repeat.name and page.scope == repeat.scope
            )
            return state.find_stop(number, scope.parent.place)
    return None


def is_within(stop: Stop, names: tuple[str, ...], place: tuple[int, ...]) -> bool:
    """Whether a stop is in the instance `place` of the repeats `names`; any instance, where it is shorter."""
    return stop.scope.names[: len(names)] == names and stop.place[: len(place)] == place


def own_instance(state: State, stop: Stop) -> Scope | None:
    """The innermost instance around a stop that people added."""
    for scope in stop.scope.chain()[:-1]:
        if state.form.repeats[scope.parent.names][scope.names[-1]].count is None:
            return scope
    return None


def next_stop(state: State, stop: Stop) -> Stop | None:
    """Where to go from a page that is in order; None at the end."""
    later = [other for other in state.stops() if order(other) > order(stop)]
    if stop.is_list:
        inner = (*stop.scope.names, stop.page.repeat)
        instances = [other for other in later if is_within(other, inner, stop.place)]
        waiting = next((other for other in instances if not other.is_list and state.mistakes(other)), None)
        if waiting:
            return waiting
        later = [other for other in later if not is_within(other, inner, stop.place)]
    own = own_instance(state, stop)
    following = later[0] if later else None
    if own is None or (following and is_within(following, own.names, own.place)):
        return following
    return hub_of(state, stop)


def stop_before(state: State, stop: Stop) -> Stop | None:
    """Where "Back" leads; None on the first page."""
    earlier = [other for other in state.stops() if order(other) < order(stop)]
    if not earlier:
        return None
    before = earlier[-1]
    own, here = own_instance(state, before), own_instance(state, stop)
    while own is not None and not is_within(stop, own.names, own.place):
        before = hub_of(state, before)
        own = own_instance(state, before)
    return hub_of(state, stop) if here and not is_within(before, here.names, here.place) else before


def order(stop: Stop) -> tuple:
    """Sorts stops as they are met: all pages of one instance before those of the next."""
    pages = stop.scope.form.definition.pages
    key: list[int] = []
    for depth in range(len(stop.place)):
        first = next(
            number
            for number, page in enumerate(pages, 1)
            if page.scope[: depth + 1] == stop.scope.names[: depth + 1]
        )
        key += [first, stop.place[depth]]
    return (*key, stop.number)


def instance_title(scope: Scope, language: str) -> str:
    """What an instance is called in a list: the first thing that was answered in it."""
    for question in scope.form.questions[scope.names].values():
        given = scope.typed(question.name)
        if not given or not question.takes_answer or not scope.is_relevant(question):
            continue
        labels = scope.form.labels(question, language) if question.list_name else {}
        names = given if isinstance(given, list) else [given]
        return ", ".join(labels.get(name, name) for name in names if name)[:80]
    return ""
