"""Reading: what is gone leaves the state, drift shows, and what has not changed is the very same."""

from __future__ import annotations

from typing import Any

import pytest

from provider.framework.applying import Outcome, refresh
from provider.framework.cancellation import Cancelled, CancelToken
from provider.framework.diagnostics import Failure, Severity, error, warning
from provider.framework.resource import Operation
from provider.framework.values import UNKNOWN
from tests.framework.plans import Values, full
from tests.framework.test_applying import ATTRIBUTES, MADE, Act, resource

WAS = MADE | {"json": "[1, 2]", "seed": "s", "tags": []}


def refreshed(act: Act, prior: Values = WAS) -> tuple[Any, Outcome]:
    state = full(ATTRIBUTES, prior)
    return state, refresh(resource(act), Operation("meta", CancelToken(), prior=state, private={"before": 1}))


UNCHANGED: list[tuple[str, Values]] = [
    ("nothing told", {}),
    ("all told", WAS),
    ("told in another form", {"size": 3.0, "parts": ({"v": "x", "c": "y"},)}),
    ("told in other words", {"json": "[1,2]", "tags": None}),
    ("told without what no read can tell", {"seed": None}),
    ("told otherwise what was given once", {"seed": "t"}),
    ("a secret", {"secret": "s3cret"}),
]


@pytest.mark.parametrize("found", [case[1] for case in UNCHANGED], ids=[case[0] for case in UNCHANGED])
def test_what_has_not_changed_is_the_same_object(found: Values) -> None:
    state, outcome = refreshed(lambda _operation: found)
    assert outcome.state is state
    assert (outcome.private, outcome.diagnostics) == ({"before": 1}, ())


CHANGED: list[tuple[str, Values, Values]] = [
    ("another value", {"name": "m"}, {"name": "m"}),
    ("null", {"note": None, "size": None}, {"size": None}),
    ("other JSON", {"json": "[1,3]"}, {"json": "[1,3]"}),
    ("not empty", {"tags": ["a"]}, {"tags": ["a"]}),
    ("a part", {"parts": [{"v": "x", "c": "z"}, {"v": "w"}]}, {"parts": [{"v": "x", "c": "z"}, {"v": "w"}]}),
    ("other words beside a change", {"name": "m", "json": "[1,2]"}, {"name": "m"}),
]


@pytest.mark.parametrize(("found", "drift"), [case[1:] for case in CHANGED], ids=[case[0] for case in CHANGED])
def test_drift_shows(found: Values, drift: Values) -> None:
    _, outcome = refreshed(lambda _operation: found)
    assert outcome == Outcome(full(ATTRIBUTES, WAS | drift), {"before": 1})


def test_all_is_learnt_of_what_is_imported() -> None:
    _, outcome = refreshed(lambda _operation: MADE, {"id": "1"})
    assert outcome.state == full(ATTRIBUTES, MADE)


def test_what_is_gone_leaves_the_state() -> None:
    def act(operation: Operation[str]) -> None:
        operation.warn("It is gone")

    assert refreshed(act)[1] == Outcome(None, {}, (warning("It is gone"),))


def test_what_is_kept_beside_the_state() -> None:
    def act(operation: Operation[str]) -> Values:
        operation.private["etag"] = "x"
        operation.warn("Look out")
        return {}

    state, outcome = refreshed(act)
    assert outcome == Outcome(state, {"before": 1, "etag": "x"}, (warning("Look out"),))


BUGS: list[tuple[str, Values, str]] = [
    ("another type", {"size": "three"}, "size: expected number, found str"),
    ("no attribute", {"none": 1}, "unexpected attributes: none"),
    ("unknown", {"parts": [{"v": UNKNOWN}]}, "parts[0].v is unknown"),
]


@pytest.mark.parametrize(("found", "said"), [case[1:] for case in BUGS], ids=[case[0] for case in BUGS])
def test_what_makes_no_sense_leaves_the_state_as_it_is(found: Values, said: str) -> None:
    state, outcome = refreshed(lambda _operation: found)
    assert outcome.state is state
    (diagnostic,) = outcome.diagnostics
    assert diagnostic.severity is Severity.ERROR
    assert diagnostic.summary == "The provider read what makes no sense"
    assert diagnostic.detail.startswith(f"After the read of thing: {said}. This is a bug of the provider")


@pytest.mark.parametrize("cause", [Failure(error("No")), Cancelled(), ValueError()], ids=repr)
def test_what_is_raised_goes_through(cause: Exception) -> None:
    def act(_operation: Operation[str]) -> Any:
        raise cause

    with pytest.raises(type(cause)) as raised:
        refreshed(act)
    assert raised.value is cause
