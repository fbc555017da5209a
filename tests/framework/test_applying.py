"""Creating, changing, destroying and reading: whatever happens, the state is what is true, and the user is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from provider.framework.applying import Outcome, apply, refresh
from provider.framework.cancellation import Cancelled, CancelToken
from provider.framework.diagnostics import Diagnostic, Failure, Severity, error, warning
from provider.framework.meaning import empty_is_null, equal_json
from provider.framework.resource import Operation, Resource
from provider.framework.schema import (
    Attribute,
    Schema,
    computed,
    integer,
    list_of,
    nested_list,
    optional,
    required,
    string,
)
from provider.framework.timeouts import timeouts
from provider.framework.values import UNKNOWN, Unknown
from tests.framework.plans import Values, full

ATTRIBUTES: dict[str, Attribute] = {
    "id": computed(string(), "Id.", keep_prior=True, never_null=True),
    "name": required(string(), "Name."),
    "note": optional(string(), "Note."),
    "size": optional(integer(), "Size.", computed=True),
    "json": optional(string(same=equal_json()), "J."),
    "tags": optional(list_of(string(), same=empty_is_null()), "T."),
    "parts": optional(nested_list({"v": optional(string(), "V."), "c": computed(string(), "C.")}), "P."),
    "seed": optional(string(), "Seed.", computed=True, create_only=True),
    "secret": optional(string(), "Secret.", write_only=True),
}
NOT_NULL = Unknown(not_null=True)
Act = Callable[[Operation[str]], Any]


def explained(cause: BaseException) -> Iterable[Diagnostic]:
    """What the protocol makes of an exception, in short."""
    return cause.diagnostics if isinstance(cause, Failure) else (error(type(cause).__name__, str(cause)),)


def resource(act: Act, attributes: dict[str, Attribute] = ATTRIBUTES, **more: Any) -> Resource[str]:
    return Resource("thing", Schema(attributes, "A thing."), act, act, act, **{"update": act, **more})


def done(act: Act, planned: Values | None, prior: Values | None = None, config: Values | None = None) -> Outcome:
    operation = Operation(
        "meta",
        CancelToken(),
        full(ATTRIBUTES, config),
        full(ATTRIBUTES, prior),
        full(ATTRIBUTES, planned),
        {"before": 1},
    )
    return apply(resource(act), operation, explained)


PLANNED: Values = {"id": NOT_NULL, "name": "n", "size": UNKNOWN, "parts": [{"v": "x", "c": UNKNOWN}], "seed": UNKNOWN}
LEARNT: Values = {"id": "1", "size": 3, "parts": [{"v": "x", "c": "y"}], "seed": "s"}
MADE: Values = {**PLANNED, **LEARNT}

DONE: list[tuple[str, Values, Values, Values]] = [
    # what, plan, what is returned, state
    ("what is learnt joins the plan", PLANNED, LEARNT, MADE),
    ("what is returned as planned", PLANNED, {**LEARNT, "name": "n", "note": None}, MADE),
    ("in another form", PLANNED, {**LEARNT, "size": 3.0, "parts": ({"v": "x", "c": "y"},)}, MADE),
    ("unknown may be null", PLANNED, {**LEARNT, "size": None}, {**MADE, "size": None}),
    ("equal JSON", PLANNED | {"json": "[1, 2]"}, LEARNT | {"json": "[1,2]"}, MADE | {"json": "[1, 2]"}),
    ("null for empty", PLANNED | {"tags": []}, LEARNT | {"tags": None}, MADE | {"tags": []}),
    ("empty for null", PLANNED, LEARNT | {"tags": []}, MADE),
    ("what is not told again", PLANNED | {"seed": "t"}, LEARNT | {"seed": None}, MADE | {"seed": "t"}),
    ("a secret", PLANNED, LEARNT | {"secret": "s3cret"}, MADE),
]


@pytest.mark.parametrize(("planned", "returned", "state"), [case[1:] for case in DONE], ids=[case[0] for case in DONE])
@pytest.mark.parametrize("prior", [None, MADE | {"name": "old"}], ids=["create", "update"])
def test_what_is_done(prior: Values | None, planned: Values, returned: Values, state: Values) -> None:
    assert done(lambda _operation: returned, planned, prior) == Outcome(full(ATTRIBUTES, state), {"before": 1})


def test_each_step_has_its_own_function_which_sees_it_all() -> None:
    seen = list[tuple[str, Operation[str]]]()

    def remember(step: str) -> Act:
        def act(operation: Operation[str]) -> Values:
            seen.append((step, operation))
            return {"id": "1"}

        return act

    create, read, delete, update = map(remember, ("create", "read", "delete", "update"))
    made = Resource("thing", Schema(ATTRIBUTES, "A."), create, read, delete, update)
    one, other = (full(ATTRIBUTES, {"id": "1", "name": name}) for name in "ab")
    operations = [Operation("meta", CancelToken(), one, *pair) for pair in ((None, one), (one, other), (one, None))]
    for operation in operations:
        apply(made, operation, explained)
    refresh(made, Operation("meta", CancelToken(), prior=one))
    assert [step for step, _ in seen] == ["create", "update", "delete", "read"]
    assert all(given is seen[index][1] for index, given in enumerate(operations))


def test_what_is_kept_beside_the_state_and_what_is_warned_of() -> None:
    def act(operation: Operation[str]) -> Values:
        operation.private["etag"] = "x"
        operation.warn("Look out", "There.", ("name",))
        return LEARNT

    outcome = done(act, PLANNED)
    assert outcome.private == {"before": 1, "etag": "x"}
    assert outcome.diagnostics == (warning("Look out", "There.", ("name",)),)


def test_what_was_said_to_be_true_need_not_be_said_again() -> None:
    def act(operation: Operation[str]) -> Values:
        operation.keep(id="1", note="not yet")
        return {name: value for name, value in LEARNT.items() if name != "id"}

    assert done(act, PLANNED) == Outcome(full(ATTRIBUTES, MADE), {"before": 1})


def test_a_destruction_leaves_nothing() -> None:
    outcome = done(lambda operation: operation.warn("It was gone already"), None, MADE)
    assert outcome == Outcome(None, {}, (warning("It was gone already"),))


WITHOUT = "was planned without a value, and it is the other way round"

BUGS: list[tuple[str, Values, Values, list[str]]] = [
    # what, what is returned, state, what is said of it
    ("another value", LEARNT | {"name": "m"}, MADE | {"name": "m"}, ["name has another value than the planned one"]),
    (
        "in a part",
        LEARNT | {"parts": [{"v": "z", "c": "y"}]},
        MADE | {"parts": [{"v": "z", "c": "y"}]},
        ["parts[0].v has another value than the planned one"],
    ),
    (
        "not told",
        {"size": 3, "seed": "s"},
        {"name": "n", "size": 3, "seed": "s", "parts": [{"v": "x"}]},
        ["id is still unknown", "parts[0].c is still unknown"],
    ),
    ("unknown", LEARNT | {"size": UNKNOWN}, MADE | {"size": None}, ["size is still unknown"]),
    ("null", LEARNT | {"id": None}, MADE | {"id": None}, ["id has a value that the plan had excluded"]),
    (
        "a value for null",
        LEARNT | {"note": "x"},
        MADE | {"note": "x"},
        [f"note {WITHOUT}"],
    ),
    ("of another type", LEARNT | {"size": "three"}, LEARNT | {"size": None}, ["size: expected number, found str"]),
    ("of no type", LEARNT | {"none": 1}, LEARNT, ["unexpected attributes: none"]),
    ("no Unicode", LEARNT | {"note": "\ud800"}, LEARNT, ["note: a text holds what is no Unicode character"]),
]


@pytest.mark.parametrize(("returned", "state", "said"), [case[1:] for case in BUGS], ids=[case[0] for case in BUGS])
def test_a_result_that_is_not_what_was_planned_names_the_attribute(
    returned: Values, state: Values, said: list[str]
) -> None:
    outcome = done(lambda _operation: returned, PLANNED)
    assert outcome.state == full(ATTRIBUTES, state), "what has been made is not lost"
    for diagnostic, words in zip(outcome.diagnostics, said, strict=True):
        assert diagnostic.severity is Severity.ERROR
        assert diagnostic.summary == "The provider contradicts its own plan"
        assert diagnostic.detail.startswith(f"After the create of thing: {words}. This is a bug of the provider")
        assert diagnostic.path is None or words.startswith(str(diagnostic.path[0]))


def test_where_a_result_is_wrong_is_where_the_error_stands() -> None:
    returned = LEARNT | {"parts": [{"v": "z", "c": "y"}]}
    (found,) = done(lambda _operation: returned, PLANNED).diagnostics
    assert found.path == ("parts", 0, "v")


@pytest.mark.parametrize("returned", [None, 5, ["id"]])
def test_a_function_that_returns_no_values_loses_nothing(returned: Any) -> None:
    def act(operation: Operation[str]) -> Any:
        operation.keep(id="1")
        return returned

    outcome = done(act, PLANNED)
    assert outcome.state == full(ATTRIBUTES, {"id": "1"})
    assert f"expected values by name, found {type(returned).__name__}" in outcome.diagnostics[0].detail


def test_private_state_that_cannot_be_written_loses_nothing() -> None:
    def act(operation: Operation[str]) -> Values:
        operation.private["when"] = {1, 2}
        return LEARNT

    outcome = done(act, PLANNED)
    assert outcome.state == full(ATTRIBUTES, MADE)
    assert outcome.private == {"before": 1}
    (found,) = outcome.diagnostics
    assert "private state" in found.detail


CAUSES = [Failure(error("No", "It is full.")), Cancelled(), ValueError("out of order"), SystemExit(3)]


def failing(cause: BaseException, *steps: Values) -> Act:
    def act(operation: Operation[str]) -> Any:
        for values in steps:
            operation.keep(**values)
        operation.private["tried"] = True
        operation.warn("Nearly")
        raise cause

    return act


@pytest.mark.parametrize("cause", CAUSES, ids=repr)
def test_a_create_that_fails_before_anything_is_made_leaves_nothing(cause: BaseException) -> None:
    outcome = done(failing(cause), PLANNED)
    assert outcome.state is None
    assert outcome.diagnostics == (warning("Nearly"), *explained(cause))


@pytest.mark.parametrize("cause", CAUSES, ids=repr)
def test_a_create_that_fails_halfway_keeps_what_exists_and_says_what_is_left(cause: BaseException) -> None:
    planned = PLANNED | {"note": "x", "json": "[1]"}
    act = failing(cause, {"id": "1", "name": "n"}, {"json": "[ 1 ]", "tags": []})
    outcome = done(act, planned, config=planned)
    kept = {"id": "1", "name": "n", "json": "[1]"}
    assert outcome.state == full(ATTRIBUTES, kept), "nothing unknown, and in the words of the plan"
    assert outcome.private == {"before": 1, "tried": True}
    *others, left = outcome.diagnostics
    assert others == [warning("Nearly"), *explained(cause)]
    assert (left.severity, left.summary) == (Severity.ERROR, "thing was created in part")
    assert left.detail.startswith("The object exists (id 1) and is kept in the state, as tainted. ")
    assert " Not done: note, parts. " in left.detail
    assert "terraform untaint" in left.detail


def test_only_what_was_planned_to_be_something_is_left_to_be_done() -> None:
    # What the API sets by itself, and what was to be learnt.
    outcome = done(failing(ValueError(), {"note": "set", "name": "n"}), PLANNED)
    assert " Not done: parts. " in outcome.diagnostics[-1].detail
    assert "The object exists and is kept" in outcome.diagnostics[-1].detail


def test_what_was_learnt_in_part_is_not_called_undone() -> None:
    act = failing(ValueError(), {"id": "1", "name": "n", "parts": [{"v": "x", "c": "y"}]})
    outcome = done(act, PLANNED)
    assert "Not done" not in outcome.diagnostics[-1].detail


@pytest.mark.parametrize("cause", CAUSES, ids=repr)
def test_an_update_that_fails_keeps_what_was(cause: BaseException) -> None:
    planned = MADE | {"name": "m", "note": "x"}
    outcome = done(failing(cause), planned, MADE)
    assert outcome.state == full(ATTRIBUTES, MADE)
    assert outcome.private == {"before": 1, "tried": True}
    assert outcome.diagnostics == (warning("Nearly"), *explained(cause))


def test_an_update_that_fails_halfway_has_what_is_true_now() -> None:
    planned = MADE | {"name": "m", "note": None, "json": "1"}
    prior = MADE | {"note": "old"}
    outcome = done(failing(ValueError(), {"name": "m"}), planned, prior)
    assert outcome.state == full(ATTRIBUTES, prior | {"name": "m"})
    left = outcome.diagnostics[-1]
    assert left.summary == "thing was updated in part"
    assert left.detail.startswith("The state has what is true of the object now (id 1). Not done: note, json.")


def test_an_update_that_fails_when_all_is_done_says_only_what_failed() -> None:
    cause = Failure(error("Too slow"))
    outcome = done(failing(cause, {"name": "m"}), MADE | {"name": "m"}, MADE)
    assert outcome.diagnostics == (warning("Nearly"), *cause.diagnostics)


def test_what_was_kept_may_be_of_the_wrong_type_but_takes_nothing_else_along() -> None:
    outcome = done(failing(ValueError(), {"id": "1", "size": "three", "none": 1, "secret": "s3cret"}), PLANNED)
    assert outcome.state == full(ATTRIBUTES, {"id": "1"})


@pytest.mark.parametrize("cause", CAUSES, ids=repr)
def test_what_could_not_be_destroyed_stays(cause: BaseException) -> None:
    outcome = done(failing(cause), None, MADE)
    assert outcome.state == full(ATTRIBUTES, MADE)
    assert outcome.private == {"before": 1, "tried": True}
    assert outcome.diagnostics == (warning("Nearly"), *explained(cause))


def test_what_could_be_destroyed_in_part_is_what_is_left() -> None:
    outcome = done(failing(ValueError(), {"note": None}), None, MADE | {"note": "x"})
    assert outcome.state == full(ATTRIBUTES, MADE)


FIXED: dict[str, Attribute] = {
    "id": computed(string(), "Id.", keep_prior=True),
    "seen": computed(string(), "Seen."),
    "name": required(string(), "Name.", replace=True),
    "seed": optional(string(), "Seed.", create_only=True, replace=True),
    "timeouts": timeouts("create"),
}


def without_update(prior: Values, planned: Values) -> Outcome:
    def never(_operation: Any) -> Any:
        raise AssertionError("there is nothing to do")

    operation = Operation("meta", CancelToken(), None, full(FIXED, prior), full(FIXED, planned))
    return apply(resource(never, FIXED, update=None), operation, explained)


def test_what_takes_no_request_is_no_work_for_a_resource_that_is_never_updated() -> None:
    prior = {"id": "1", "seen": "then", "name": "n", "timeouts": {"create": "1m"}}
    planned = {"id": "1", "seen": UNKNOWN, "name": "n", "seed": "s", "timeouts": {"create": "2m"}}
    assert without_update(prior, planned) == Outcome(full(FIXED, {**planned, "seen": "then"}), {})


@pytest.mark.parametrize("change", [{"name": "m"}, {"seed": "t"}], ids=["changed", "learnt before"])
def test_an_update_that_a_resource_does_not_have_is_a_bug(change: Values) -> None:
    prior = {"id": "1", "name": "n", "seed": "s"}
    outcome = without_update(prior, prior | change)
    assert outcome.state == full(FIXED, prior)
    assert [found.summary for found in outcome.diagnostics] == ["AssertionError"]
