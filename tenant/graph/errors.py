"""Every error of Graph that the tenant answers: status, code, words, and how each is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tenant.evidence import Evidence, assumed, documented, recorded

if TYPE_CHECKING:
    from collections.abc import Mapping

QUERY_PAGE = "graph aad-advanced-queries"


@dataclass(frozen=True, slots=True)
class ErrorRow:
    """One row. `message` has `{names}` that the place of the error fills."""

    status: int
    code: str
    message: str
    evidence: Evidence


class GraphError(Exception):
    """The call fails with a row of `ERRORS`, its `{names}` filled."""

    def __init__(self, row: str, /, headers: Mapping[str, str] | None = None, **values: object) -> None:
        self.error = ERRORS[row]
        self.message = self.error.message.format(**values)
        self.headers = dict(headers or {})
        super().__init__(self.message)


ERRORS: dict[str, ErrorRow] = {
    # Authentication
    "token_missing": ErrorRow(
        401,
        "InvalidAuthenticationToken",
        "Access token is empty.",
        recorded("microsoftgraph/python-sample-auth issue 10"),
    ),
    "token_malformed": ErrorRow(
        401,
        "InvalidAuthenticationToken",
        "CompactToken parsing failed with error code: 80049217",
        recorded("frequent in public logs of Graph"),
    ),
    "token_signature": ErrorRow(
        401,
        "InvalidAuthenticationToken",
        "CompactToken validation failed with reason code: 80049228.",
        recorded("the words; that a wrong signature or issuer is answered with them is assumed"),
    ),
    "token_expired": ErrorRow(
        401,
        "InvalidAuthenticationToken",
        "Lifetime validation failed, the token is expired.",
        recorded("frequent in public logs of Graph"),
    ),
    "token_audience": ErrorRow(
        401,
        "InvalidAuthenticationToken",
        "Access token validation failure. Invalid audience.",
        recorded("an answer of 2023-04-20 quoted in public notes"),
    ),
    # Authorization
    "forbidden": ErrorRow(
        403,
        "Authorization_RequestDenied",
        "Insufficient privileges to complete the operation.",
        documented("graph json-batching, the sample of a part without permission"),
    ),
    # Address
    "version_invalid": ErrorRow(
        404, "ResourceNotFound", "Invalid version: {version}", recorded("jseerden/IntuneBackupAndRestore issue 82")
    ),
    "segment_unknown": ErrorRow(
        400,
        "BadRequest",
        "Resource not found for the segment '{segment}'.",
        recorded("microsoftgraph/microsoft-graph-docs-contrib issue 7983"),
    ),
    "method_not_allowed": ErrorRow(
        405,
        "Request_BadRequest",
        "Specified HTTP method is not allowed for the request target.",
        documented("graph json-batching, the sample of a path that v1.0 lacks"),
    ),
    "not_simulated": ErrorRow(
        501,
        "notSupported",
        "The simulated tenant does not answer {method} {path}, which Microsoft Graph does.",
        assumed("no behaviour of Graph: the simulation says where it ends"),
    ),
    "object_not_found": ErrorRow(
        404,
        "Request_ResourceNotFound",
        "Resource '{id}' does not exist or one of its queried reference-property objects are not present.",
        recorded("microsoftgraph/msgraph-sdk-java issue 2575"),
    ),
    # Query options
    "property_unknown": ErrorRow(
        400,
        "BadRequest",
        "Parsing OData Select and Expand failed: Could not find a property named '{name}' on type '{entity}'.",
        assumed("the words of OData's own parser; the code is assumed"),
    ),
    "filter_property_unknown": ErrorRow(
        400,
        "BadRequest",
        "Invalid filter clause: Could not find a property named '{name}' on type '{entity}'.",
        assumed("the words of OData's own parser; the code is assumed"),
    ),
    "filter_property_not_indexed": ErrorRow(
        400,
        "Request_UnsupportedQuery",
        "The request uses a filter property that is not indexed",
        documented(QUERY_PAGE),
    ),
    "query_unsupported": ErrorRow(400, "Request_UnsupportedQuery", "Unsupported Query.", documented(QUERY_PAGE)),
    "search_needs_header": ErrorRow(
        400,
        "Request_UnsupportedQuery",
        "Request with $search query parameter only works through MSGraph with a special request header: "
        "'ConsistencyLevel: eventual'",
        documented(QUERY_PAGE),
    ),
    "page_size": ErrorRow(
        400,
        "Request_UnsupportedQuery",
        "Invalid page size specified: '{top}'. Must be between 1 and 999 inclusive.",
        assumed("999 is the documented most of directory objects; the words are from memory"),
    ),
    "skip_token": ErrorRow(
        400,
        "Request_BadRequest",
        "Invalid value specified for property 'skiptoken' of resource '{entity}'.",
        assumed("the words that the directory has for other invalid values"),
    ),
    # Request bodies
    "body_not_json": ErrorRow(
        400,
        "BadRequest",
        "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON "
        "format.",
        assumed("the words are from memory"),
    ),
    "value_invalid": ErrorRow(
        400,
        "Request_BadRequest",
        "Invalid value specified for property '{name}' of resource '{entity}'.",
        assumed("the words are from memory"),
    ),
    "property_not_writable": ErrorRow(
        400,
        "Request_BadRequest",
        "Invalid property '{name}'.",
        assumed("what a property that cannot be set is answered with; the simulation sets only a few"),
    ),
    "key_end_date": ErrorRow(
        400,
        "KeyCredentialsInvalidEndDate",
        "Key credential end date is invalid.",
        assumed("the words are from memory; that the certificate's own end is the bound is assumed"),
    ),
}
