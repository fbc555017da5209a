"""Query options: `$select`, `$filter` of the form `property eq literal`, `$top`, `$skiptoken`, `$count`."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, urlencode

from tenant.evidence import assumed, documented
from tenant.graph.errors import QUERY_PAGE, GraphError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DOLLAR_EVIDENCE = documented("graph query-parameters: on beta the $ of an option is optional")
COUNT_EVIDENCE = documented(QUERY_PAGE + ": $count=true without ConsistencyLevel: eventual is silently ignored")
PAGE_EVIDENCE = documented("graph paging; 100 a page and 999 at most are Microsoft's answers for directory objects")
FILTER_EVIDENCE = assumed("text is compared without regard to case, as the directory does for names and ids")

_OPTIONS = frozenset(
    {"$select", "$filter", "$top", "$skiptoken", "$count", "$search", "$orderby", "$expand", "$format"}
)
_FILTER = re.compile(r"\s*(?P<name>\w+)\s+eq\s+(?:'(?P<text>(?:[^']|'')*)'|(?P<flag>true|false))\s*")
_DEFAULT_PAGE = 100
_LARGEST_PAGE = 999


@dataclass(frozen=True, slots=True)
class Query:
    """The options of one request, as text where their meaning depends on the collection."""

    select: tuple[str, ...] | None = None
    filter: tuple[str, str | bool] | None = None
    top: int = _DEFAULT_PAGE
    skip: int = 0
    count: bool = False
    others: tuple[tuple[str, str], ...] = ()
    """All options but the place in the list, for the link to the next page."""


def read_query(text: str, *, version: str, consistency_level: str, entity: str) -> Query:
    """Return the options in the query part of an address.

    Raises:
        GraphError: 400 where an option is not supported or has no meaning.
    """
    options: dict[str, str] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        full = f"${name}" if version == "beta" and f"${name}" in _OPTIONS else name
        if full.startswith("$"):
            if full not in _OPTIONS:
                raise GraphError("query_unsupported")
            options[full] = value
    if "$search" in options and consistency_level != "eventual":
        raise GraphError("search_needs_header")
    if options.keys() & {"$search", "$orderby", "$expand"}:
        raise GraphError("query_unsupported")
    return Query(
        select=_select(options),
        filter=_filter(options),
        top=_top(options),
        skip=_skip(options, entity),
        count=options.get("$count", "").lower() == "true" and consistency_level == "eventual",
        others=tuple((name, value) for name, value in options.items() if name != "$skiptoken"),
    )


def _select(options: Mapping[str, str]) -> tuple[str, ...] | None:
    if not options.get("$select"):
        return None
    return tuple(name.strip() for name in options["$select"].split(","))


def _filter(options: Mapping[str, str]) -> tuple[str, str | bool] | None:
    if "$filter" not in options:
        return None
    match = _FILTER.fullmatch(options["$filter"])
    if match is None:
        raise GraphError("query_unsupported")
    if match["flag"] is not None:
        return match["name"], match["flag"] == "true"
    return match["name"], match["text"].replace("''", "'")


def _top(options: Mapping[str, str]) -> int:
    given = options.get("$top", str(_DEFAULT_PAGE))
    if not given.isdecimal() or not 1 <= int(given) <= _LARGEST_PAGE:
        raise GraphError("page_size", top=given)
    return int(given)


def _skip(options: Mapping[str, str], entity: str) -> int:
    if "$skiptoken" not in options:
        return 0
    try:
        return int(base64.urlsafe_b64decode(options["$skiptoken"]))
    except (ValueError, binascii.Error):
        raise GraphError("skip_token", entity=entity) from None


def next_page(query: Query) -> str:
    """Return the query part of the address of the page after this one."""
    place = base64.urlsafe_b64encode(str(query.skip + query.top).encode()).decode("ascii")
    return urlencode([*query.others, ("$skiptoken", place)], quote_via=quote, safe="$,()'")


def matching(
    items: Sequence[Mapping[str, object]], query: Query, filterable: frozenset[str], entity: str
) -> list[Mapping[str, object]]:
    """Return the items that the filter lets through.

    Raises:
        GraphError: 400 where the property does not exist or cannot be filtered by.
    """
    if query.filter is None:
        return list(items)
    name, wanted = query.filter
    if name not in filterable:
        known = any(name in item for item in items)
        raise GraphError(
            "filter_property_not_indexed" if known else "filter_property_unknown", name=name, entity=entity
        )
    return [item for item in items if _equal(item.get(name), wanted)]


def _equal(value: object, wanted: str | bool) -> bool:
    if isinstance(value, str) and isinstance(wanted, str):
        return value.casefold() == wanted.casefold()
    return value is wanted


def selected(item: Mapping[str, object], query: Query, entity: str) -> dict[str, object]:
    """Return the properties of `item` that `$select` names, or all.

    Raises:
        GraphError: 400 where a name is not a property.
    """
    if query.select is None or "*" in query.select:
        return dict(item)
    for name in query.select:
        if name not in item:
            raise GraphError("property_unknown", name=name, entity=entity)
    return {name: value for name, value in item.items() if name in query.select}
