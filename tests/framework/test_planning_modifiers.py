"""What changes a plan: modifiers of attributes, from the outside in, and that of the resource, last of all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from provider.framework.diagnostics import Diagnostic, Severity, error, warning
from provider.framework.meaning import empty_is_null
from provider.framework.modifiers import (
    Change,
    Modifier,
    Verdict,
    Whole,
    replace_from_false_to_true,
    replace_if,
    replace_if_configured,
    replace_if_prior_not_null,
)
from provider.framework.paths import Key, Path
from provider.framework.planning import Plan, plan_resource
from provider.framework.resource import Modified, Planning, Resource
from provider.framework.schema import (
    Attribute,
    Schema,
    block,
    boolean,
    computed,
    integer,
    list_of,
    nested_list,
    nested_map,
    nested_set,
    optional,
    required,
    single,
    string,
)
from provider.framework.values import UNKNOWN
from tests.framework.plans import Values, full, plan

FIXED = optional(string(), "F.", replace=True)
INSIDE = {
    "id": computed(string(), "Id.", keep_prior=True, replace=True),
    "k": optional(string(), "K."),
    "f": FIXED,
    "in": optional(nested_list({"f": FIXED}), "I."),
}

REPLACING: dict[str, Attribute] = {
    "f": FIXED,
    "grows": optional(integer(), "G.", replace=replace_if(lambda c: c.planned < c.prior, "less replaces it")),
    "on": optional(boolean(), "O.", replace=replace_from_false_to_true()),
    "set": optional(string(), "S.", replace=replace_if_prior_not_null()),
    "given": optional(string(), "G.", computed=True, keep_prior=True, replace=replace_if_configured()),
    "seed": optional(string(), "S.", create_only=True, replace=True),
    "made": computed(string(), "M.", replace=True),
    "one": optional(single(INSIDE), "O."),
    "many": optional(nested_list(INSIDE), "M."),
    "named": optional(nested_map(INSIDE), "N."),
    "several": optional(nested_set(INSIDE), "S."),
    "words": optional(list_of(string(), same=empty_is_null()), "W.", replace=True),
    "whole": optional(nested_list({"k": optional(string(), "K.")}), "W.", replace=True),
    "rule": block(nested_list(INSIDE), "R."),
}
WAS: Values = {"f": "a", "grows": 2, "on": False, "set": "a", "given": "a", "made": "a"} | {"rule": []}
NOW: Values = WAS | {"given": None, "made": None}

REPLACES: list[tuple[str, Values | None, Values | None, list[Path]]] = [
    # what, configuration, prior state, paths that replace
    ("nothing", {}, {}, []),
    ("create", {"f": "b", "set": "b", "one": {"f": "x"}}, None, []),
    ("always", {"f": "b"}, {}, [("f",)]),
    ("always, removed", {"f": None}, {}, [("f",)]),
    ("always, not known", {"f": UNKNOWN}, {}, [("f",)]),
    ("on a condition", {"grows": 1}, {}, [("grows",)]),
    ("not on a condition", {"grows": 3}, {}, []),
    ("to true", {"on": True}, {}, [("on",)]),
    ("to false", {"on": False}, {"on": True}, []),
    ("what was set", {"set": "b"}, {}, [("set",)]),
    ("what was not set", {"set": "b"}, {"set": None}, []),
    ("configured", {"given": "b"}, {}, [("given",)]),
    ("not configured", {"given": None}, {}, []),
    ("learnt after an import", {"seed": "s"}, {}, []),
    ("not learnt but changed", {"seed": "s"}, {"seed": "r"}, [("seed",)]),
    ("empty in place of nothing", {"words": []}, {"words": None}, []),
    ("something in place of nothing", {"words": ["a"]}, {"words": None}, [("words",)]),
    ("several", {"f": "b", "on": True}, {}, [("f",), ("on",)]),
    ("in an object", {"one": {"f": "y"}}, {"one": {"f": "x"}}, [("one", "f")]),
    ("in an object that is new", {"one": {"f": "y"}}, {"one": None}, []),
    ("in an object that goes", {"one": None}, {"one": {"f": "x"}}, []),
    ("in a list", {"many": [{"f": "x"}, {"f": "y"}]}, {"many": [{"f": "x"}, {"f": "z"}]}, [("many", 1, "f")]),
    ("in a list that grew", {"many": [{"f": "x"}, {"f": "y"}]}, {"many": [{"f": "x"}]}, []),
    ("in a map", {"named": {"a": {"f": "y"}}}, {"named": {"a": {"f": "x"}}}, [("named", Key("a"), "f")]),
    (
        "deeper",
        {"many": [{"in": [{"f": "y"}]}]},
        {"many": [{"in": [{"f": "x"}]}]},
        [("many", 0, "in", 0, "f")],
    ),
    ("in what is not known", {"one": UNKNOWN}, {"one": {"f": "x"}}, [("one", "f")]),
    ("in what is not known and was not there", {"one": UNKNOWN}, {"one": None}, []),
    ("in an element that is not known", {"many": [UNKNOWN]}, {"many": [{"f": "x"}]}, [("many", 0, "f")]),
    ("in a list that is not known", {"many": UNKNOWN}, {"many": [{"f": "x"}]}, [("many", 0, "f")]),
    ("in a map that is not known", {"named": UNKNOWN}, {"named": {"a": {"f": "x"}}}, [("named", Key("a"), "f")]),
    ("in a set that is not known", {"several": UNKNOWN}, {"several": [{"f": "x"}]}, [("several",)]),
    (
        "in a set with an element that is not known",
        {"several": [UNKNOWN, {"f": "x"}]},
        {"several": [{"f": "x"}, {"f": "y"}]},
        [("several",)],
    ),
    (
        "not in a set whose elements are all found",
        {"several": [UNKNOWN, {"f": "x"}]},
        {"several": [{"f": "x"}]},
        [],
    ),
    ("another element of a set", {"several": [{"f": "y"}]}, {"several": [{"f": "x"}]}, []),
    ("in a block", {"rule": [{"f": "y"}]}, {"rule": [{"f": "x"}]}, [("rule", 0, "f")]),
    ("a whole list", {"whole": [{"k": "x"}]}, {"whole": []}, [("whole",)]),
]


@pytest.mark.parametrize(
    ("config", "prior", "paths"), [case[1:] for case in REPLACES], ids=[case[0] for case in REPLACES]
)
def test_what_replaces(config: Any, prior: Any, paths: list[Path]) -> None:
    found = plan(REPLACING, NOW | config, None if prior is None else WAS | prior)
    # What the provider gives may change with anything, and here that replaces as well.
    changes = found.planned is not None and found.planned["made"] is UNKNOWN and prior is not None
    assert list(found.replace) == sorted([*paths, ("made",)] if changes else paths, key=repr)
    assert found.diagnostics == ()


def test_what_replaces_inside_a_set_is_told_of_the_set() -> None:
    # No path of the protocol leads into a set.
    unset = replace_if(lambda change: change.config is None, "what is no longer configured")
    leaf = optional(string(), "F.", computed=True, modifiers=(planned_as("new"),), replace=unset)
    inside = {"k": required(string(), "K."), "f": leaf, "in": optional(nested_map({"f": leaf}), "I.")}
    attributes = {"several": optional(nested_set(inside), "S."), "t": optional(string(), "T.")}
    prior = {"several": [{"k": "a", "f": "old", "in": {"m": {"f": "old"}}}], "t": "x"}
    found = plan(attributes, {"several": [{"k": "a", "in": {"m": {}}}], "t": "y"}, prior)
    assert found.replace == (("several",),)
    assert found.planned == full(attributes, {"several": [{"k": "a", "f": "new", "in": {"m": {"f": "new"}}}], "t": "y"})


def planned_as(value: Any, *said: Diagnostic) -> Modifier:
    return lambda _change: Verdict(value, diagnostics=said)


def added(text: str) -> Modifier:
    return lambda change: Verdict(f"{'' if change.planned is UNKNOWN else change.planned}{text}")


def test_modifiers_get_what_those_before_them_planned() -> None:
    attributes = {"a": computed(string(), "A.", modifiers=(added("1"), added("2"), added("3")))}
    found = plan(attributes, {}, None)
    assert found.planned == {"a": "123"}


def test_a_change_that_a_modifier_takes_back_is_none() -> None:
    def back(change: Change) -> Verdict:
        return Verdict(change.prior if change.config == "as it was" and not change.fresh else change.planned)

    attributes = {"a": optional(string(), "A.", modifiers=(back,)), "c": computed(string(), "C.")}
    prior = {"a": "x", "c": "y"}
    assert plan(attributes, {"a": "as it was"}, prior).planned == prior
    assert plan(attributes, {"a": "z"}, prior).planned == {"a": "z", "c": UNKNOWN}


def test_modifiers_run_from_the_outside_in_and_see_the_plan_as_it_was_before_them() -> None:
    seen = list[Change]()

    def look(change: Change) -> Verdict:
        seen.append(change)
        return Verdict(change.planned, diagnostics=(warning(str(len(seen)), path=change.path),))

    inside = {"c": computed(string(), "C.", modifiers=(look,)), "v": optional(string(), "V.", modifiers=(look,))}
    attributes = {
        "z": computed(string(), "Z.", modifiers=(planned_as("z"), look)),
        "one": optional(
            nested_list({"two": optional(nested_map(inside), "T.", modifiers=(look,))}), "O.", modifiers=(look,)
        ),
    }
    config, prior = {"one": [{"two": {"k": {"v": "x"}}}]}, {"z": "old", "one": []}
    found = plan(attributes, config, prior)

    # The first time they are asked only whether anything changes at all.
    seen = seen[len(seen) // 2 :]
    two = ("one", 0, "two")
    assert [change.path for change in seen] == [("z",), ("one",), two, (*two, Key("k"), "c"), (*two, Key("k"), "v")]
    assert [change.fresh for change in seen] == [False, False, True, True, True]
    assert [change.planned for change in seen[-2:]] == [UNKNOWN, "x"]
    assert [change.prior for change in seen[:2]] == ["old", ()]
    assert [found.path for found in found.diagnostics] == [change.path for change in seen]
    drawn = {"z": UNKNOWN, "one": ({"two": {"k": {"c": UNKNOWN, "v": "x"}}},)}
    assert {repr(change.whole) for change in seen} == {
        repr(Whole(full(attributes, config), full(attributes, prior), drawn, {"kept": 1}))
    }
    assert found.planned == {**drawn, "z": "z"}


def test_what_a_modifier_plans_for_a_whole_is_not_modified_inside() -> None:
    inside = {"v": optional(string(), "V.", computed=True, modifiers=(planned_as("never"),))}
    whole = {"v": "whole"}
    attributes = {"one": optional(single(inside), "O.", computed=True, modifiers=(planned_as(whole),))}
    assert plan(attributes, {"one": {}}, None).planned == {"one": whole}


def test_prior_values_are_kept_inside_what_is_kept() -> None:
    inside = {"id": computed(string(), "Id.", keep_prior=True), "v": optional(string(), "V.")}
    attributes = {"one": optional(single(inside), "O.", computed=True, keep_prior=True), "v": optional(string(), "V.")}
    prior = {"one": {"id": "1"}, "v": "x"}
    assert plan(attributes, {"v": "y"}, prior).planned == full(attributes, {"one": {"id": "1"}, "v": "y"})
    assert plan(attributes, {"v": "y", "one": {"v": "z"}}, prior).planned == full(
        attributes, {"one": {"id": "1", "v": "z"}, "v": "y"}
    )


ATTRIBUTES: dict[str, Attribute] = {
    "id": computed(string(), "Id.", keep_prior=True),
    "name": required(string(), "Name."),
    "slug": optional(string(), "Slug.", computed=True),
    "many": optional(nested_list({"v": optional(string(), "V.")}), "M."),
    "secret": optional(string(), "S.", write_only=True),
    "fixed": optional(string(), "F.", replace=True),
}


def never(_operation: Any) -> Any:
    raise AssertionError("a plan makes nothing")


def planned_by(
    modify: Callable[[Planning[str]], Modified] | None, config: Values | None, prior: Values | None, meta: Any = "meta"
) -> Plan:
    resource = Resource[str]("thing", Schema(ATTRIBUTES, "T."), never, never, never, update=never, modify=modify)
    return plan_resource(resource, full(ATTRIBUTES, config), full(ATTRIBUTES, prior), {"a": 1}, meta)


PRIOR = {"id": "1", "name": "n", "slug": "s"}


def test_the_modifier_of_a_resource_sees_the_plan_of_its_attributes_and_has_the_last_word() -> None:
    seen = list[Planning[str]]()

    def modify(planning: Planning[str]) -> Modified:
        seen.append(planning)
        return Modified(
            {"slug": "m!", "many": [{"v": "x"}]}, (("name",),), (warning("Look out", path=("name",)),), {"b": 2}
        )

    config = {"name": "m", "fixed": "y", "many": [{"v": "x"}]}
    found = planned_by(modify, config, PRIOR)
    before = full(ATTRIBUTES, {"id": "1", "slug": UNKNOWN, **config})
    whole = Whole(full(ATTRIBUTES, config), full(ATTRIBUTES, PRIOR), before, {"a": 1})
    assert seen == [Planning("meta", whole)]
    assert found.planned == {**before, "slug": "m!"}
    assert found.replace == (("fixed",), ("name",))
    assert found.diagnostics == (warning("Look out", path=("name",)),)
    assert found.private == {"b": 2}


def test_a_resource_without_a_modifier_and_one_that_says_nothing_plan_the_same() -> None:
    for config, prior in (({"name": "m"}, PRIOR), ({"name": "m"}, None), (None, PRIOR)):
        found = planned_by(lambda _planning: Modified(), config, prior)
        assert found == planned_by(None, config, prior)
        assert found.private == {"a": 1}


def test_a_provider_that_is_not_configured_has_nothing_to_hand_over() -> None:
    def modify(planning: Planning[str]) -> Modified:
        return Modified({"slug": repr(planning.meta)})

    planned = planned_by(modify, {"name": "m"}, None, meta=None).planned
    assert planned is not None
    assert planned["slug"] == "None"


def test_a_destruction_can_only_be_warned_of() -> None:
    seen = list[Whole]()

    def modify(planning: Planning[str]) -> Modified:
        seen.append(planning.whole)
        return Modified({"slug": "x"}, (("name",),), (warning("It is lost"),), {"b": 2})

    assert planned_by(modify, None, PRIOR) == Plan(None, (), (warning("It is lost"),), {"b": 2})
    assert seen == [Whole(None, full(ATTRIBUTES, PRIOR), None, {"a": 1})]


INVALID: list[tuple[str, Mapping[str, Any], Path]] = [
    ("another value", {"name": "x"}, ("name",)),
    ("unknown", {"name": UNKNOWN}, ("name",)),
    ("what was not configured", {"fixed": "x"}, ("fixed",)),
    ("one element", {"many": [{"v": "x"}]}, ("many", 0, "v")),
    ("a secret", {"secret": "s3cret"}, ("secret",)),
]


@pytest.mark.parametrize(("planned", "path"), [case[1:] for case in INVALID], ids=[case[0] for case in INVALID])
def test_a_plan_that_terraform_would_refuse_is_an_error_of_ours(planned: Mapping[str, Any], path: Path) -> None:
    config = {"name": "m", "many": [{"v": "y"}], "secret": "s3cret"}
    (found,) = planned_by(lambda _planning: Modified(planned), config, PRIOR).diagnostics
    assert (found.severity, found.path) == (Severity.ERROR, path)
    assert found.summary == "The provider plans what it must not"
    assert " of thing " in found.detail
    assert "a bug of the provider" in found.detail
    assert "s3cret" not in found.detail


MALFORMED: list[tuple[Mapping[str, Any], Path | None, str]] = [
    ({"name": 5}, ("name",), "name of thing cannot be planned: expected string, found int"),
    ({"many": [{"v": 5}]}, ("many", 0, "v"), "many[0].v of thing cannot be planned: expected string, found int"),
    ({"nothing": 1}, None, "thing cannot be planned: unexpected attributes: nothing"),
]


@pytest.mark.parametrize(("planned", "path", "said"), MALFORMED, ids=[case[2] for case in MALFORMED])
def test_a_plan_that_is_no_value_is_an_error_of_ours(planned: Mapping[str, Any], path: Path | None, said: str) -> None:
    found = planned_by(lambda _planning: Modified(planned), {"name": "m"}, PRIOR)
    assert found.planned is None
    (diagnostic,) = found.diagnostics
    assert (diagnostic.severity, diagnostic.path) == (Severity.ERROR, path)
    assert diagnostic.detail.startswith(f"{said}. This is a bug of the provider")


def attributes_with(modifier: Modifier) -> dict[str, Attribute]:
    part = {"k": optional(string(), "K."), "v": optional(string(), "V.", modifiers=(modifier,))}
    return {
        "v": part["v"],
        "one": optional(single(part), "O."),
        "many": optional(nested_list(part), "M."),
        "named": optional(nested_map(part), "N."),
        "deep": optional(nested_list({"named": optional(nested_map(part), "D.")}), "D."),
        "several": optional(nested_set(part), "S."),
    }


BY_ATTRIBUTES: list[tuple[Any, Any, Path, str]] = [
    # configuration, what the modifiers plan, the place and the name of it
    ({"v": "x"}, "y", ("v",), "v"),
    ({"one": {"v": "x"}}, "y", ("one", "v"), "one.v"),
    ({"many": [{"v": "x"}]}, "y", ("many", 0, "v"), "many[0].v"),
    ({"named": {"a": {"v": "x"}}}, UNKNOWN, ("named", Key("a"), "v"), 'named["a"].v'),
    ({"deep": [{"named": {"a": {"v": "x"}}}]}, "y", ("deep", 0, "named", Key("a"), "v"), 'deep[0].named["a"].v'),
    ({"v": "x"}, 5, ("v",), "v"),
    ({"many": [{"v": "x"}]}, 5, ("many", 0, "v"), "many[0].v"),
    ({"several": [{"k": "a", "v": "x"}]}, 5, ("several",), "several"),
]


@pytest.mark.parametrize(("config", "planned", "path", "name"), BY_ATTRIBUTES)
def test_what_the_modifier_of_an_attribute_must_not_plan(config: Any, planned: Any, path: Path, name: str) -> None:
    def modifier(change: Change) -> Verdict:
        return Verdict(change.planned if change.config is None else planned)

    attributes = attributes_with(modifier)
    made: Resource[str] = Resource("thing", Schema(attributes, "T."), never, never, never, never)
    (found,) = plan_resource(made, full(attributes, config), None, {}, None).diagnostics
    assert (found.severity, found.path, found.summary) == (Severity.ERROR, path, "The provider plans what it must not")
    assert found.detail.startswith(f"{name} of thing ")


def test_what_a_modifier_finds_wrong_is_told() -> None:
    wrong = error("It must not be", path=("slug",))
    attributes = {"slug": optional(string(), "S.", computed=True, modifiers=(planned_as("s", wrong),))}
    assert plan(attributes, {}, None).diagnostics == (wrong,)
