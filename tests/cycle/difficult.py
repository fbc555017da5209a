"""Lives that were difficult once: each is the least of a life in which Terraform would have refused something.

What the random ones rarely come to, happens here each time. What the store answers is random all the same, so each is
lived several times.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from provider.framework.modifiers import replace_from_false_to_true
from provider.framework.schema import (
    Attribute,
    Schema,
    block,
    boolean,
    computed,
    list_of,
    nested_list,
    nested_set,
    optional,
    required,
    set_of,
    single,
    string,
)
from provider.framework.values import UNKNOWN, Unknown
from tests.cycle.meanings import EMPTY_IS_NULL, IGNORING_CASE
from tests.cycle.oracles.forms import canonical
from tests.cycle.scenarios import Event, Scenario, Step
from tests.cycle.schemas import ABOUT

TIMES = 6

Object = dict[str, Any]

_ID = computed(string(), ABOUT, keep_prior=True, never_null=True)
_NAME = required(string(), ABOUT)
_GUID = required(string(same=IGNORING_CASE), ABOUT)
_LEARNT = computed(string(), ABOUT)
_REPLACING = optional(string(), ABOUT, computed=True, replace=True)
_KEPT = computed(string(), ABOUT, keep_prior=True)


def _life(attributes: dict[str, Attribute], *steps: Object | tuple[Event | Object, Object]) -> Scenario:
    """Return a life whose steps are configurations, with what happens before, or with what they turn out to be."""
    schema = Schema({"id": _ID, **attributes}, ABOUT)

    def whole(config: Object) -> Object:
        made: Object = canonical(schema.type, {**dict.fromkeys(schema.attributes), **config})
        return made

    made = []
    for step in steps:
        match step:
            case (Event() as event, dict() as config):
                made.append(Step(event, whole(config), whole(config)))
            case (dict() as config, dict() as known):
                made.append(Step(Event.CONFIGURED, whole(config), whole(known)))
            case dict():
                made.append(Step(Event.CONFIGURED, whole(step), whole(step)))
    return Scenario(schema, tuple(made), 0)


def _items(*lengths: int) -> tuple[Object, ...]:
    return tuple({"items": ({"kept": None},) * length} for length in lengths)


LIVES: dict[str, Scenario] = {
    "elements of a set are told in another case, together with what was unknown": _life(
        {"set": optional(nested_set({"guid": _GUID, "learnt": _LEARNT}), ABOUT)},
        {"set": ({"guid": "aB", "learnt": None}, {"guid": "cD", "learnt": None})},
    ),
    "a set with null in it is told in another case": _life(
        {"set": required(set_of(string(same=IGNORING_CASE)), ABOUT)},
        {"set": ("aB", None)},
    ),
    "what replaces the resource is in a set": _life(
        {
            "name": _NAME,
            "set": required(nested_set({"name": _NAME, "both": _REPLACING}), ABOUT),
        },
        {"name": "a", "set": ({"name": "x", "both": None},)},
        {"name": "b", "set": ({"name": "x", "both": None},)},
    ),
    "an unknown text turns out to be what it was, in another case": _life(
        {"guid": _GUID},
        {"guid": "ab"},
        ({"guid": Unknown(not_null=True, prefix="A")}, {"guid": "AB"}),
    ),
    "an unknown text turns out to be null, and the provider gives it": _life(
        {"both": optional(string(), ABOUT, computed=True, keep_prior=True)},
        {"both": None},
        ({"both": Unknown(prefix="mine")}, {"both": None}),
    ),
    "what replaces the resource is in an unknown number of blocks": _life(
        {"list": block(nested_list({"name": required(string(), ABOUT, replace=True)}), ABOUT)},
        {"list": ({"name": "a"},)},
        ({"list": UNKNOWN}, {"list": ({"name": "b"},)}),
    ),
    "what replaces the resource by becoming true is unknown": _life(
        {"on": required(boolean(), ABOUT, replace=replace_from_false_to_true())},
        {"on": False},
        ({"on": UNKNOWN}, {"on": True}),
    ),
    "elements of a set are longer than others, and not known to their end": _life(
        {"set": required(nested_set({"items": required(nested_list({"kept": _KEPT}), ABOUT)}), ABOUT)},
        {"set": _items(2, 3)},
        ({"set": ({"items": UNKNOWN}, {"items": ({"kept": None}, {"kept": None}, UNKNOWN)})}, {"set": _items(2, 3)}),
    ),
    "elements of a set are longer than others": _life(
        {"set": required(nested_set({"items": required(nested_list({"kept": _KEPT}), ABOUT)}), ABOUT)},
        {"set": _items(1, 2, 3)},
    ),
    "two elements of a set could be what one was": _life(
        {"set": required(nested_set({"items": required(nested_list({"on": _LEARNT}), ABOUT), "kept": _KEPT}), ABOUT)},
        {"set": ({"items": ({"on": None},), "kept": None},)},
        {"set": ({"items": ({"on": None},) * 2, "kept": None}, {"items": ({"on": None},) * 3, "kept": None})},
    ),
    "an element of a set has the default, which is not what another had": _life(
        {"set": required(nested_set({"size": optional(string(), ABOUT, default="x"), "kept": _KEPT}), ABOUT)},
        {"set": ({"size": "y", "kept": None},)},
        {"set": ({"size": None, "kept": None},)},
    ),
    "an element of a set changes deep inside": _life(
        {"set": required(nested_set({"one": required(single({"name": _NAME}), ABOUT), "kept": _KEPT}), ABOUT)},
        {"set": ({"one": {"name": "a"}, "kept": None},)},
        {"set": ({"one": {"name": "b"}, "kept": None},)},
    ),
    "what is empty is imported as null, and replaces the resource by a change": _life(
        {"name": required(string(same=EMPTY_IS_NULL), ABOUT, replace=True)},
        {"name": ""},
        (Event.IMPORTED, {"name": ""}),
    ),
    "what is kept was configured once": _life(
        {
            "one": optional(
                single({"mine": optional(string(), ABOUT), "learnt": _LEARNT}), ABOUT, computed=True, keep_prior=True
            ),
            "learnt": _LEARNT,
        },
        {"one": {"mine": "x", "learnt": None}},
        {"one": None},
    ),
    "what the provider gives has something empty in it that only a configuration can give": _life(
        {
            "list": optional(
                nested_list({"tags": optional(list_of(string(), same=EMPTY_IS_NULL), ABOUT), "learnt": _LEARNT}),
                ABOUT,
                computed=True,
            )
        },
        {"list": None},
    ),
    "what will never be null is empty in a new element": _life(
        {
            "list": required(
                nested_list(
                    {"name": _NAME, "tags": computed(list_of(string(), same=EMPTY_IS_NULL), ABOUT, never_null=True)}
                ),
                ABOUT,
            )
        },
        {"list": ({"name": "a", "tags": None},)},
        {"list": ({"name": "a", "tags": None}, {"name": "b", "tags": None})},
    ),
}


def lives() -> Iterator[tuple[str, Scenario]]:
    """Yield each of them as often as it is to be lived, with its name."""
    for name, scenario in LIVES.items():
        yield from ((name, replace(scenario, seed=seed)) for seed in range(TIMES))
