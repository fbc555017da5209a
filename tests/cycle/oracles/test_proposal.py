"""Terraform's proposed new state: the facts of `objchange_test.go`, as a table."""

from __future__ import annotations

from typing import Any

import pytest

from provider.framework import types
from provider.framework.schema import Schema, nested_list, nested_map, nested_set, optional, set_of, single, string
from provider.framework.values import UNKNOWN, Dynamic, Unknown
from tests.cycle.oracles.examples import (
    ABOUT,
    ALL_MODES,
    ANY,
    ANY_BOTH,
    BOTH,
    COM,
    OPT,
    REQ,
    blk,
    both,
    com,
    opt,
    schema,
)
from tests.cycle.oracles.forms import canonical
from tests.cycle.oracles.proposal import proposed_new

PAIR = {"bar": BOTH, "baz": BOTH}
KEYED = {"key": OPT, "value": BOTH}
INNER = opt(single({"optional": OPT, "computed": COM}))


def text(value: str) -> Dynamic:
    return Dynamic(types.STRING, value)


def full(word: str, **other: Any) -> dict[str, Any]:
    return {**dict.fromkeys(ALL_MODES, word), **other}


def inner(word: str, computed: str | None = None) -> dict[str, Any]:
    return {"obj": {"optional": word, "computed": computed}}


# What is tried, schema, prior state, configuration, proposed new state.
CASES: list[tuple[str, Schema, Any, Any, Any]] = [
    ("nothing at all", schema(), {}, {}, {}),
    ("neither prior nor configuration", schema(a=OPT), None, None, None),
    ("destroyed: Terraform asks with none of this", schema(a=OPT), {"a": "x"}, None, {"a": "x"}),
    (
        "made new: what is computed is null, what is unknown stays so",
        schema(foo=OPT, bar=COM, bloop=com(single({"blop": REQ})), baz=blk(single(PAIR))),
        None,
        {"foo": "hello", "bar": None, "bloop": None, "baz": {"bar": "world", "baz": UNKNOWN}},
        {"foo": "hello", "bar": None, "bloop": None, "baz": {"bar": "world", "baz": UNKNOWN}},
    ),
    (
        "made new: a block that is not there is not planned",
        schema(foo=OPT, baz=blk(single({"boz": BOTH}))),
        None,
        {"foo": "bar", "baz": None},
        {"foo": "bar", "baz": None},
    ),
    (
        "made new, with sets",
        schema(baz=blk(nested_set({"boz": BOTH})), bloop=both(nested_set({"blop": REQ}))),
        None,
        {"baz": ({"boz": "world"},), "bloop": ({"blop": "blub"},)},
        {"baz": ({"boz": "world"},), "bloop": ({"blop": "blub"},)},
    ),
    (
        "what is computed and not configured stays",
        schema(foo=OPT, bar=COM, baz=BOTH, boz=BOTH, bloop=opt(single({"blop": REQ}))),
        {"foo": "bonjour", "bar": "petit", "baz": "grand", "boz": "a la", "bloop": {"blop": "glub"}},
        {"foo": "hello", "bar": None, "baz": None, "boz": "world", "bloop": {"blop": "bleep"}},
        {"foo": "hello", "bar": "petit", "baz": "grand", "boz": "world", "bloop": {"blop": "bleep"}},
    ),
    (
        "inside a single block and a single object",
        schema(foo=blk(single(PAIR)), bloop=opt(single({"blop": REQ, "bleep": OPT}))),
        {"foo": {"bar": "beep", "baz": "boop"}, "bloop": {"blop": "glub", "bleep": None}},
        {"foo": {"bar": "bap", "baz": None}, "bloop": {"blop": "glub", "bleep": "beep"}},
        {"foo": {"bar": "bap", "baz": "boop"}, "bloop": {"blop": "glub", "bleep": "beep"}},
    ),
    (
        "a single block and a single object that go",
        schema(foo=blk(single(PAIR)), bloop=opt(single({"blop": REQ}))),
        {"foo": {"bar": "beep", "baz": "boop"}, "bloop": {"blop": "glub"}},
        {"foo": None, "bloop": None},
        {"foo": None, "bloop": None},
    ),
    (
        "a computed object that only a configuration can have given goes with it",
        schema(bloop=both(single({"blop": REQ, "bleep": OPT}))),
        {"bloop": {"blop": "glub", "bleep": None}},
        {"bloop": None},
        {"bloop": None},
    ),
    (
        "a computed object that the provider can have given stays",
        schema(bloop=both(single({"blop": OPT, "bleep": BOTH}))),
        {"bloop": {"blop": None, "bleep": "glub"}},
        {"bloop": None},
        {"bloop": {"blop": None, "bleep": "glub"}},
    ),
    (
        "lists go by index",
        schema(foo=blk(nested_list(PAIR)), bloop=opt(nested_list({"blop": REQ}))),
        {"foo": ({"bar": "beep", "baz": "boop"},), "bloop": ({"blop": "bar"}, {"blop": "baz"})},
        {
            "foo": ({"bar": "bap", "baz": None}, {"bar": "blep", "baz": None}),
            "bloop": ({"blop": "bar"}, {"blop": "baz"}),
        },
        {
            "foo": ({"bar": "bap", "baz": "boop"}, {"bar": "blep", "baz": None}),
            "bloop": ({"blop": "bar"}, {"blop": "baz"}),
        },
    ),
    (
        "lists with dynamic values",
        schema(foo=blk(nested_list({"bar": BOTH, "baz": ANY_BOTH}))),
        {"foo": ({"bar": "beep", "baz": text("boop")},)},
        {"foo": ({"bar": "bap", "baz": None}, {"bar": "blep", "baz": None})},
        {"foo": ({"bar": "bap", "baz": text("boop")}, {"bar": "blep", "baz": None})},
    ),
    (
        "a null that has a type is a null too",
        schema(any=ANY_BOTH),
        {"any": text("boop")},
        {"any": Dynamic(types.NUMBER, None)},
        {"any": text("boop")},
    ),
    (
        "maps go by key",
        schema(bloop=opt(nested_map(PAIR))),
        {"bloop": {"a": {"bar": "beep", "baz": "boop"}, "b": {"bar": "blep", "baz": "boot"}}},
        {"bloop": {"a": {"bar": "bap", "baz": None}, "c": {"bar": "bosh", "baz": None}}},
        {"bloop": {"a": {"bar": "bap", "baz": "boop"}, "c": {"bar": "bosh", "baz": None}}},
    ),
    (
        "an element of a map that is null",
        schema(bloop=opt(nested_map(KEYED))),
        {"bloop": {"a": {"key": "glub", "value": "c"}, "b": {"key": "blub", "value": "c"}}},
        {"bloop": {"a": None, "c": {"key": "blub", "value": None}}},
        {"bloop": {"a": None, "c": {"key": "blub", "value": None}}},
    ),
    (
        "a computed map with something configured in it goes with the configuration",
        schema(bloop=both(nested_map(KEYED))),
        {"bloop": {"a": {"key": "glub", "value": "c"}, "b": {"key": "blub", "value": "c"}}},
        {"bloop": None},
        {"bloop": None},
    ),
    (
        "elements of sets find what they were by what is configured in them",
        schema(foo=blk(nested_set(KEYED)), bloop=opt(nested_set({"blop": REQ, "bleep": OPT}))),
        {
            "foo": ({"key": "beep", "value": "boop"}, {"key": "blep", "value": "boot"}),
            "bloop": ({"blop": "glub", "bleep": None}, {"blop": "glub", "bleep": "beep"}),
        },
        {
            "foo": ({"key": "beep", "value": None}, {"key": "bosh", "value": None}),
            "bloop": ({"blop": "glub", "bleep": None}, {"blop": "other", "bleep": None}),
        },
        {
            "foo": ({"key": "beep", "value": "boop"}, {"key": "bosh", "value": None}),
            "bloop": ({"blop": "glub", "bleep": None}, {"blop": "other", "bleep": None}),
        },
    ),
    (
        "an optional value that was there and is not configured any more is another element",
        schema(foo=opt(nested_set({"key": REQ, "more": OPT, "value": BOTH}))),
        {"foo": ({"key": "a", "more": "b", "value": "c"},)},
        {"foo": ({"key": "a", "more": None, "value": None},)},
        {"foo": ({"key": "a", "more": None, "value": None},)},
    ),
    (
        "one that was serves for one only",
        schema(foo=blk(nested_set({"a": BOTH, "b": BOTH}))),
        {"foo": ({"a": "1", "b": "2"},)},
        {"foo": ({"a": "1", "b": None}, {"a": None, "b": "2"})},
        {"foo": ({"a": "1", "b": "2"}, {"a": None, "b": "2"})},
    ),
    (
        "elements that differ in what is unknown only stay apart",
        schema(multi=blk(nested_set({"optional": BOTH})), bloop=opt(nested_set({"blop": REQ}))),
        None,
        {"multi": ({"optional": UNKNOWN},) * 2, "bloop": ({"blop": UNKNOWN},) * 2},
        {"multi": ({"optional": UNKNOWN},) * 2, "bloop": ({"blop": UNKNOWN},) * 2},
    ),
    (
        "a list of blocks in a set",
        schema(foo=blk(nested_set({"bar": blk(nested_list(KEYED))}))),
        {"foo": ({"bar": ({"key": "beep", "value": "boop"},)},)},
        {"foo": ({"bar": ({"key": "beep", "value": None},)},)},
        {"foo": ({"bar": ({"key": "beep", "value": "boop"},)},)},
    ),
    (
        "an empty list of blocks in a set",
        schema(foo=blk(nested_set({"bar": blk(nested_list({}))}))),
        {"foo": ({"bar": ()},)},
        {"foo": ({"bar": ()},)},
        {"foo": ({"bar": ()},)},
    ),
    (
        "a map in a set that was empty",
        schema(foo=blk(nested_set({"bar": opt(nested_map({"baz": OPT}))}))),
        {"foo": ({"bar": {}},)},
        {"foo": ({"bar": {"bing": {"baz": "true"}}},)},
        {"foo": ({"bar": {"bing": {"baz": "true"}}},)},
    ),
    (
        "a set in a set must be equal",
        schema(foo=opt(nested_set({"bar": opt(nested_set(ALL_MODES))}))),
        {"foo": ({"bar": (full("prior"),)}, {"bar": (full("other"),)})},
        {"foo": ({"bar": (full("new", computed=None),)}, {"bar": (full("other", optional=None, computed=None),)})},
        {"foo": ({"bar": (full("new", computed=None),)}, {"bar": (full("other", optional=None, computed=None),)})},
    ),
    (
        "a computed set of texts in a set must be equal too",
        schema(foo=opt(nested_set({"key": REQ, "tags": optional(set_of(string()), ABOUT, computed=True), "id": COM}))),
        {"foo": ({"key": "a", "tags": ("x",), "id": "1"},)},
        {"foo": ({"key": "a", "tags": None, "id": None},)},
        {"foo": ({"key": "a", "tags": None, "id": None},)},
    ),
    (
        "deep inside objects, and an object that is unknown",
        schema(foo=opt(single({"bar": opt(single(ALL_MODES)), "baz": opt(single(ALL_MODES))}))),
        {"foo": {"bar": None, "baz": full("prior", optional=None, computed="hello", required="there")}},
        {"foo": {"bar": UNKNOWN, "baz": full("hello", optional=None, computed=None, required="there")}},
        {"foo": {"bar": UNKNOWN, "baz": full("hello", optional=None, computed="hello", required="there")}},
    ),
    (
        "everything nested goes",
        schema(
            one=opt(single({"a": OPT})),
            some=opt(nested_list({"a": OPT})),
            any=opt(nested_set({"a": OPT})),
            named=opt(nested_map({"inner": opt(single(ALL_MODES))})),
        ),
        {"one": {"a": "x"}, "some": ({"a": "x"},), "any": ({"a": "x"},), "named": {"k": {"inner": full("foo")}}},
        {"one": None, "some": None, "any": None, "named": None},
        {"one": None, "some": None, "any": None, "named": None},
    ),
    (
        "empty stays empty",
        schema(any=opt(nested_set({"a": OPT})), named=opt(nested_map({"a": OPT}))),
        {"any": (), "named": {}},
        {"any": (), "named": {}},
        {"any": (), "named": {}},
    ),
    (
        "an element of a set for another",
        schema(any=opt(nested_set({"bar": REQ}))),
        {"any": ({"bar": "old"},)},
        {"any": ({"bar": "new"},)},
        {"any": ({"bar": "new"},)},
    ),
    (
        "made new, nested twice",
        schema(
            one=opt(single({"list": opt(nested_list({"foo": OPT}))})),
            named=opt(nested_map({"map": opt(nested_map({"foo": OPT}))})),
        ),
        None,
        {
            "one": {"list": ({"foo": "a"}, {"foo": "b"})},
            "named": {"one": {"map": {"x": {"foo": "a"}, "y": {"foo": "b"}}}},
        },
        {
            "one": {"list": ({"foo": "a"}, {"foo": "b"})},
            "named": {"one": {"map": {"x": {"foo": "a"}, "y": {"foo": "b"}}}},
        },
    ),
    (
        "configured inside of what is optional and computed",
        schema(list=both(nested_list({"obj": INNER}))),
        {"list": (inner("prior", "c"),)},
        {"list": (inner("prior"),)},
        {"list": (inner("prior", "c"),)},
    ),
    (
        "not configured any more, and something in it was optional",
        schema(list=both(nested_list({"obj": INNER}))),
        {"list": (inner("prior", "c"),)},
        {"list": None},
        {"list": None},
    ),
    (
        "one more element of a set that is optional and computed",
        schema(any=both(nested_set({"obj": INNER}))),
        {"any": (inner("first", "1"), inner("second", "2"))},
        {"any": (inner("first"), inner("second"), inner("third"))},
        {"any": (inner("first", "1"), inner("second", "2"), inner("third"))},
    ),
    (
        "one more block of a set, with an object in it",
        schema(any=blk(nested_set({"obj": opt(single({"optional": OPT, "computed": BOTH}))}))),
        {"any": (inner("first", "1"), inner("second", "mine"))},
        {"any": (inner("first"), inner("second", "mine"), inner("third"))},
        {"any": (inner("first", "1"), inner("second", "mine"), inner("third"))},
    ),
    (
        "an unknown number of blocks",
        schema(any=blk(nested_set({"a": OPT})), list=blk(nested_list({"a": OPT}))),
        {"any": ({"a": "x"},), "list": ({"a": "x"},)},
        {"any": UNKNOWN, "list": Unknown(not_null=True)},
        {"any": UNKNOWN, "list": Unknown(not_null=True)},
    ),
    (
        "an unknown element of a list, where there was one, is an object of unknown values",
        schema(some=opt(nested_list({"a": OPT, "b": COM}))),
        {"some": ({"a": "x", "b": "y"},)},
        {"some": (UNKNOWN, UNKNOWN)},
        {"some": ({"a": UNKNOWN, "b": UNKNOWN}, UNKNOWN)},
    ),
    ("dynamic and required", schema(any=ANY), {"any": text("a")}, {"any": UNKNOWN}, {"any": UNKNOWN}),
]


@pytest.mark.parametrize(("declared", "prior", "config", "proposed"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_proposed(declared: Schema, prior: Any, config: Any, proposed: Any) -> None:
    assert proposed_new(declared, prior, config) == canonical(declared.type, proposed)
