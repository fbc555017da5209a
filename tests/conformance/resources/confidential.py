"""What is secret, and what is no longer to be used."""

from __future__ import annotations

from provider.framework.schema import (
    Schema,
    block,
    computed,
    integer,
    nested_list,
    nested_map,
    optional,
    required,
    single,
    string,
)
from tests.conformance.handlers import stored

_STRING = string()
_PASSWORD = optional(_STRING, "Kept by the store alone.", write_only=True)
_INSIDE = {
    "name": required(_STRING, "Its name."),
    "password": _PASSWORD,
    "secret": optional(_STRING, "Not to be shown.", sensitive=True),
}

CONFIDENTIAL = stored(
    "conformance_confidential",
    Schema(
        {
            "id": computed(_STRING, "Its id.", keep_prior=True),
            "name": required(_STRING, "Its name."),
            "secret": optional(_STRING, "Not to be shown.", sensitive=True),
            "key": computed(_STRING, "Not to be shown, and chosen by the store.", sensitive=True, keep_prior=True),
            "password": _PASSWORD,
            "password_version": optional(integer(), "A change has the password written again."),
            "login": optional(single(_INSIDE), "Once."),
            "logins": optional(nested_list(_INSIDE), "In order."),
            "by_name": optional(nested_map(_INSIDE), "Under a name."),
            "account": block(nested_list(_INSIDE), "Blocks."),
        },
        "Keeps secrets.",
    ),
)

OLD = stored(
    "conformance_old",
    Schema(
        {
            "id": computed(_STRING, "Its id.", keep_prior=True),
            "title": optional(_STRING, "Its name.", deprecated="Use `name` in its place."),
            "name": optional(_STRING, "Its name."),
            "whole": optional(
                single({"user": optional(_STRING, "A name.")}), "Not to be shown, as a whole.", sensitive=True
            ),
        },
        "Is no longer to be used.",
        deprecated="Use `conformance_object` in its place.",
    ),
)
