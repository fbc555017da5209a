"""Attributes of every kind and mode, and blocks."""

from __future__ import annotations

from collections.abc import Mapping

from provider.framework import types
from provider.framework.schema import (
    Attribute,
    Schema,
    block,
    boolean,
    computed,
    dynamic,
    integer,
    list_of,
    map_of,
    nested_list,
    nested_map,
    nested_set,
    number,
    object_of,
    optional,
    required,
    set_of,
    single,
    string,
    tuple_of,
)
from tests.conformance.handlers import stored


def element(inner: Attribute | None = None) -> Mapping[str, Attribute]:
    """Return the attributes of something nested: one of each mode, and `inner` where there is one."""
    return {
        "name": required(string(), "Given."),
        "note": optional(string(), "Given or not."),
        "level": optional(integer(), "Given, else 1.", default=1),
        "serial": computed(string(), "Chosen by the store once and for all.", keep_prior=True),
        "owner": optional(string(), "Given, else chosen by the store.", computed=True, keep_prior=True),
        "words": optional(set_of(string()), "Some words."),
        **({} if inner is None else {"inner": inner}),
    }


_LEAF = element()

SCHEMA = Schema(
    {
        "id": computed(string(), "Its id.", keep_prior=True, never_null=True),
        "revision": computed(integer(), "How often it was written.", never_null=True),
        "text": optional(string(), "A text."),
        "amount": optional(number(), "A number of any precision."),
        "whole": optional(integer(), "A whole number."),
        "flag": optional(boolean(), "True or false."),
        "texts": optional(list_of(string()), "A list."),
        "words": optional(set_of(string()), "A set."),
        "labels": optional(map_of(string()), "A map."),
        "table": optional(list_of(map_of(number())), "A list of maps."),
        "groups": optional(set_of(set_of(string())), "A set of sets."),
        "pair": optional(tuple_of(types.STRING, types.NUMBER), "A tuple."),
        "record": optional(
            object_of({"name": types.STRING, "size": types.NUMBER, "on": types.BOOL}, "size", "on"), "An object."
        ),
        "anything": optional(dynamic(), "A value of any type."),
        "one": optional(single(element(optional(single(_LEAF), "Inside."))), "Once."),
        "many": optional(nested_list(element(optional(nested_list(_LEAF), "Inside."))), "In order."),
        "several": optional(nested_set(element(optional(nested_set(_LEAF), "Inside."))), "Without order."),
        "named": optional(nested_map(element(optional(nested_map(_LEAF), "Inside."))), "Under a name."),
        "chosen": optional(string(), "Given, else chosen by the store.", computed=True, keep_prior=True),
        "volatile": optional(string(), "Given, else chosen anew with each change.", computed=True),
        "given": optional(string(), "Given, else `usual`.", default="usual"),
        "scopes": optional(set_of(string()), "Given, else `0`.", default={"0"}),
        "policy": optional(
            single({"mode": optional(string(), "Given, else `off`.", default="off"), "days": optional(integer(), "…")}),
            "Given, else that of everybody.",
            default={"mode": "on", "days": 30},
        ),
        "settings": optional(
            single({"color": optional(string(), "A color.", computed=True), "size": computed(integer(), "A size.")}),
            "Given, else chosen by the store.",
            computed=True,
            keep_prior=True,
        ),
        "main": block(single({**_LEAF, "part": block(nested_list(_LEAF), "Inside.")}), "One block."),
        "rule": block(
            nested_list({**_LEAF, "match": block(nested_set(_LEAF), "Inside.", at_most=2)}), "In order.", at_most=4
        ),
        "tag": block(nested_set(_LEAF), "Without order.", at_most=4),
    },
    "Has attributes of every kind and mode.",
)

KINDS = stored("conformance_kinds", SCHEMA)

_LINE = {"line": computed(string(), "A line."), "number": computed(number(), "Its number.")}

REPORTED = stored(
    "conformance_reported",
    Schema(
        {
            "id": computed(string(), "Its id.", keep_prior=True),
            "revision": computed(integer(), "How often it was written."),
            "text": optional(string(), "A text."),
            "summary": computed(single(_LINE), "What the store says once and for all.", keep_prior=True),
            "report": computed(nested_list(_LINE), "What the store says with each change."),
            "by_name": computed(nested_map(_LINE), "The same."),
            "pieces": computed(nested_set(_LINE), "The same.", keep_prior=True),
        },
        "Has objects that only the store gives.",
    ),
)
