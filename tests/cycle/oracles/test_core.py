"""What Terraform makes of a plan."""

from __future__ import annotations

from typing import Any

import pytest

from provider.framework.paths import Key, Path
from provider.framework.schema import nested_list, nested_map, nested_set, single
from provider.framework.values import UNKNOWN, Unknown
from tests.cycle.oracles.core import Action, final_plan_problems, judge
from tests.cycle.oracles.examples import COM, OPT, SECRET, opt, schema

DECLARED = schema(
    a=OPT,
    id=COM,
    secret=SECRET,
    one=opt(single({"a": OPT})),
    some=opt(nested_list({"a": OPT})),
    any=opt(nested_set({"a": OPT})),
    named=opt(nested_map({"a": OPT})),
)


def state(**given: Any) -> dict[str, Any]:
    return {**dict.fromkeys(DECLARED.attributes), **given}


# What is tried, prior state, plan, paths that need a new object, what Terraform does, how many problems it has.
JUDGED: list[tuple[str, Any, Any, list[Path], Action, int]] = [
    ("made", None, state(a="x"), [], Action.CREATE, 0),
    ("made, whatever needs a new object", None, state(a="x"), [("a",), ("nothing",)], Action.CREATE, 0),
    ("destroyed", state(a="x"), None, [], Action.DELETE, 0),
    ("nothing", state(a="x"), state(a="x"), [], Action.NONE, 0),
    ("a change", state(a="x"), state(a="y"), [], Action.UPDATE, 0),
    ("something unknown", state(a="x"), state(a=UNKNOWN), [], Action.UPDATE, 0),
    ("a change that needs a new object", state(a="x"), state(a="y"), [("a",)], Action.REPLACE, 0),
    (
        "no change, so no new object is needed",
        state(a="x", id="1"),
        state(a="x", id=UNKNOWN),
        [("a",)],
        Action.UPDATE,
        0,
    ),
    ("unknown, which needs a new object", state(a="x"), state(a=UNKNOWN), [("a",)], Action.REPLACE, 0),
    ("write-only, which needs a new object", state(a="x"), state(a="x"), [("secret",)], Action.REPLACE, 0),
    ("in an object", state(one={"a": "x"}), state(one={"a": "y"}), [("one", "a")], Action.REPLACE, 0),
    ("in an object that was not", state(), state(one={"a": "y"}), [("one", "a")], Action.REPLACE, 0),
    ("in an object that will not be", state(one={"a": "x"}), state(), [("one", "a")], Action.REPLACE, 0),
    ("in an object that neither was nor will be", state(), state(a="x"), [("one", "a")], Action.UPDATE, 1),
    ("in a list", state(some=({"a": "x"},)), state(some=({"a": "y"},)), [("some", 0, "a")], Action.REPLACE, 0),
    ("beyond the end of a list", state(some=({"a": "x"},)), state(some=()), [("some", 1, "a")], Action.UPDATE, 1),
    ("in a map", state(named={"k": {"a": "x"}}), state(named={}), [("named", Key("k"), "a")], Action.REPLACE, 0),
    ("in a set", state(any=({"a": "x"},)), state(any=({"a": "y"},)), [("any",)], Action.REPLACE, 0),
    ("inside a set, where no path leads", state(any=({"a": "x"},)), state(any=()), [("any", 0, "a")], Action.UPDATE, 1),
    ("an attribute that does not exist", state(), state(a="x"), [("nothing",)], Action.UPDATE, 1),
]


@pytest.mark.parametrize(
    ("prior", "planned", "paths", "action", "problems"), [c[1:] for c in JUDGED], ids=[c[0] for c in JUDGED]
)
def test_judged(prior: Any, planned: Any, paths: list[Path], action: Action, problems: int) -> None:
    judged = judge(DECLARED, prior, planned, paths)

    assert judged.action is action
    assert len(judged.problems) == problems


# What is tried, the action and plan while planning, those while applying, how many problems Terraform has.
FINAL: list[tuple[str, tuple[Action, Any], tuple[Action, Any], int]] = [
    ("the same", (Action.UPDATE, state(a="x")), (Action.UPDATE, state(a="x")), 0),
    ("more is known", (Action.UPDATE, state(a=UNKNOWN)), (Action.UPDATE, state(a="x")), 0),
    ("nothing is left to do", (Action.UPDATE, state(a=UNKNOWN)), (Action.NONE, state(a="x")), 0),
    ("a new object after all", (Action.UPDATE, state(a=UNKNOWN)), (Action.REPLACE, state(a="x")), 1),
    ("no new object after all", (Action.REPLACE, state(a=UNKNOWN)), (Action.UPDATE, state(a="x")), 1),
    ("less is known", (Action.UPDATE, state(id="1")), (Action.UPDATE, state(id=UNKNOWN)), 1),
    ("a value that was excluded", (Action.UPDATE, state(a=Unknown(not_null=True))), (Action.UPDATE, state()), 1),
    ("another value", (Action.UPDATE, state(a="x")), (Action.UPDATE, state(a="y")), 1),
]


@pytest.mark.parametrize(("first", "final", "problems"), [c[1:] for c in FINAL], ids=[c[0] for c in FINAL])
def test_final_plan(first: tuple[Action, Any], final: tuple[Action, Any], problems: int) -> None:
    assert len(final_plan_problems(DECLARED, first, final)) == problems
