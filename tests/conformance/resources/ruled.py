"""Rules and relations that a configuration can break, in every place."""

from __future__ import annotations

from provider.framework.conditions import when
from provider.framework.relations import at_most_one_of, exactly_one_of, together
from provider.framework.rules import base64, between, email, guid, is_json, length, matching, one_of, rfc3339, size, url
from provider.framework.schema import (
    Schema,
    block,
    computed,
    integer,
    list_of,
    map_of,
    nested_list,
    nested_map,
    nested_set,
    optional,
    required,
    set_of,
    single,
    string,
)
from provider.framework.timeouts import timeouts
from tests.conformance.handlers import stored

_STRING = string()
_LETTERS = matching("[a-z]+", "be made of small letters")
_INSIDE = {
    "letters": required(string(_LETTERS), "Small letters."),
    "level": optional(integer(between(1, 3)), "From 1 to 3."),
    "either": optional(_STRING, "This or the other."),
    "other": optional(_STRING, "The other or this."),
}
_NOT_BOTH = at_most_one_of("either", "other")

RULED = stored(
    "conformance_ruled",
    Schema(
        {
            "id": computed(_STRING, "Its id.", keep_prior=True),
            "name": required(string(length(1, 5)), "At most 5 characters."),
            "kind": optional(string(one_of("user", "group")), "Whom it is for."),
            "user": optional(_STRING, "Needed for a user."),
            "group": optional(string(guid()), "Needed for a group."),
            "mail": optional(string(email()), "An e-mail address."),
            "link": optional(string(url()), "A URL."),
            "since": optional(string(rfc3339()), "A date and time."),
            "content": optional(string(base64()), "Base64."),
            "policy": optional(string(is_json()), "JSON."),
            "level": optional(integer(between(1, 3)), "From 1 to 3."),
            "texts": optional(list_of(string(_LETTERS), size(1, 2)), "One or two."),
            "words": optional(set_of(string(_LETTERS)), "Small letters."),
            "labels": optional(map_of(string(_LETTERS)), "Small letters."),
            "secret": optional(string(length(8)), "At least 8 characters.", sensitive=True),
            "first": optional(_STRING, "Together with the last."),
            "last": optional(_STRING, "Together with the first."),
            "here": optional(_STRING, "Here or there."),
            "there": optional(_STRING, "There or here."),
            "one": optional(single(_INSIDE, _NOT_BOTH), "Once."),
            "many": optional(nested_list(_INSIDE, _NOT_BOTH, rules=(size(at_most=2),)), "At most two."),
            "several": optional(nested_set(_INSIDE, _NOT_BOTH), "Without order."),
            "named": optional(nested_map(_INSIDE, _NOT_BOTH), "Under a name."),
            "rule": block(nested_list(_INSIDE, _NOT_BOTH), "One or two.", at_least=1, at_most=2),
            "tag": block(nested_set(_INSIDE), "At most two.", at_most=2),
            "timeouts": timeouts("create"),
        },
        "Has rules.",
        relations=(
            exactly_one_of("here", "there"),
            together("first", "last"),
            when("kind").equals("user").then("user").is_required(),
            when("kind").equals("group").then("group").is_required(),
        ),
    ),
)

BOXED = stored(
    "conformance_boxed",
    Schema(
        {
            "id": computed(_STRING, "Its id.", keep_prior=True),
            "box": block(single(_INSIDE), "Exactly one.", at_least=1),
            "label": block(nested_set(_INSIDE), "Exactly one.", at_least=1, at_most=1),
        },
        "Has blocks that must be there.",
    ),
)
