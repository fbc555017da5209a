"""Every request to Graph: version, token, address, method, permission, then the answer by the table of collections."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, Response

from tenant.directory import new_id
from tenant.evidence import assumed, documented, recorded
from tenant.graph import permissions
from tenant.graph.authorization import Caller, authenticate
from tenant.graph.collections import COLLECTIONS, Collection, Item
from tenant.graph.errors import GraphError
from tenant.graph.query import Query, matching, next_page, read_query, selected

if TYPE_CHECKING:
    from starlette.requests import Request

    from tenant.service import Service

ORDER_EVIDENCE = assumed("version, token, address, method, permission, query, body")
HEADERS_EVIDENCE = recorded(
    "graph best-practices-concept (request-id, client-request-id); microsoftgraph/msgraph-sdk-dotnet issue 1416 and "
    "microsofthackathons/tdi issue 24 (x-ms-ags-diagnostic, Strict-Transport-Security)"
)
SHAPE_EVIDENCE = documented("graph errors: error with code, message, innerError; OData 4.0 for @odata.context")

_VERSIONS = ("v1.0", "beta")
_WITH_KEY = re.compile(r"(?P<segment>\w+)\((?P<key>\w+)='(?P<value>[^']*)'\)")
_CONTENT_TYPE = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
_DIAGNOSTIC = json.dumps(
    {
        "ServerInfo": {
            "DataCenter": "Loopback",
            "Slice": "E",
            "Ring": "0",
            "ScaleUnit": "000",
            "RoleInstance": "SIMULATED",
        }
    },
    separators=(",", ":"),
)


@dataclass(frozen=True, slots=True)
class Target:
    """What an address means: a collection, or one item of it by one of its keys."""

    collection: Collection
    template: str
    key: str | None = None
    value: str | None = None


async def graph(service: Service, request: Request) -> Response:
    """Answer any request to Graph."""
    service.statistics.graph_requests[f"{request.method} {request.scope['path']}"] += 1
    headers = answer_headers(request.headers)
    try:
        response = await _answer(service, request)
    except GraphError as failed:
        service.statistics.graph_errors[failed.error.code] += 1
        response = _error(service, failed, headers)
    response.headers.update(headers)
    return response


def answer_headers(request_headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers that every answer of Graph carries."""
    request_id = new_id()
    return {
        "request-id": request_id,
        "client-request-id": request_headers.get("client-request-id", request_id),
        "x-ms-ags-diagnostic": _DIAGNOSTIC,
        "Strict-Transport-Security": "max-age=31536000",
        "Cache-Control": "no-cache",
    }


async def _answer(service: Service, request: Request) -> Response:
    version, *segments = request.scope["path"].strip("/").split("/")
    if version not in _VERSIONS:
        raise GraphError("version_invalid", version=version)
    caller = authenticate(service, request.headers.get("authorization", ""))
    target = find_target(segments, version)
    method = "GET" if request.method == "HEAD" else request.method
    _require_method(target, method, request.scope["path"])
    if not caller.roles & permissions.opening(target.template, method):
        raise GraphError("forbidden")
    if method == "PATCH":
        return await _patch(service, request, target, version, caller)
    query = read_query(
        request.url.query,
        version=version,
        consistency_level=request.headers.get("ConsistencyLevel", "").lower(),
        entity=target.collection.entity,
    )
    if target.key is None:
        return _list(service, target, version, query)
    return _get(service, target, version, query)


def find_target(segments: list[str], version: str) -> Target:
    """Return what the segments after the version mean.

    Raises:
        GraphError: 400 naming the segment that is not known.
    """
    first, *rest = segments or [""]
    by_key = _WITH_KEY.fullmatch(first)
    collection = COLLECTIONS.get(by_key["segment"] if by_key else first)
    if collection is None or version not in collection.versions:
        raise GraphError("segment_unknown", segment=first)
    if by_key:
        if by_key["key"] != collection.alternate_key:
            raise GraphError("segment_unknown", segment=first)
        if rest:
            raise GraphError("segment_unknown", segment=rest[0])
        key = by_key["key"]
        return Target(collection, f"/{collection.segment}({key}='{{{key}}}')", key, by_key["value"])
    if not rest:
        return Target(collection, f"/{collection.segment}")
    if len(rest) > 1:
        raise GraphError("segment_unknown", segment=rest[1])
    return Target(collection, f"/{collection.segment}/{{id}}", "id", rest[0])


def _require_method(target: Target, method: str, path: str) -> None:
    if method not in permissions.methods(target.template):
        raise GraphError("method_not_allowed")
    if method == "GET" or (method == "PATCH" and target.collection.change is not None):
        return
    raise GraphError("not_simulated", method=method, path=path)


def _shown(service: Service, target: Target, version: str, *, alone: bool) -> list[Item]:
    collection, directory = target.collection, service.store.directory
    hidden = frozenset() if version == "beta" else collection.only_in_beta
    items = [collection.show(directory, each, alone) for each in collection.items(directory)]
    return [{name: value for name, value in item.items() if name not in hidden} for item in items]


def _find(service: Service, target: Target, version: str, *, alone: bool) -> Item:
    assert target.key is not None
    assert target.value is not None
    for item in _shown(service, target, version, alone=alone):
        if str(item[target.key]).lower() == target.value.lower():
            return item
    raise GraphError("object_not_found", id=target.value)


def _context(service: Service, version: str, target: Target, query: Query) -> str:
    chosen = f"({','.join(query.select)})" if query.select else ""
    single = "/$entity" if target.key else ""
    return f"{service.url}/{version}/$metadata#{target.collection.segment}{chosen}{single}"


def _list(service: Service, target: Target, version: str, query: Query) -> Response:
    collection = target.collection
    items = _shown(service, target, version, alone=False)
    found = matching(items, query, collection.filterable, collection.entity)
    page = found[query.skip : query.skip + query.top]
    body: dict[str, object] = {"@odata.context": _context(service, version, target, query)}
    if query.count and query.skip == 0:
        body["@odata.count"] = len(found)
    if len(found) > query.skip + query.top:
        body["@odata.nextLink"] = f"{service.url}/{version}/{collection.segment}?{next_page(query)}"
    body["value"] = [selected(item, query, collection.entity) for item in page]
    return _json(body)


def _get(service: Service, target: Target, version: str, query: Query) -> Response:
    item = _find(service, target, version, alone=query.select is not None)
    chosen = selected(item, query, target.collection.entity)
    return _json({"@odata.context": _context(service, version, target, query), **chosen})


async def _patch(service: Service, request: Request, target: Target, version: str, caller: Caller) -> Response:
    assert target.collection.change is not None
    found = _find(service, target, version, alone=False)
    try:
        body = json.loads(await request.body())
    except ValueError:
        raise GraphError("body_not_json") from None
    if not isinstance(body, dict):
        raise GraphError("body_not_json")
    directory = target.collection.change(service.store.directory, str(found["id"]), body, caller)
    service.store.change(directory)
    return Response(status_code=204)


def _json(body: Mapping[str, object], status: int = 200) -> Response:
    return JSONResponse(body, status_code=status, media_type=_CONTENT_TYPE, headers={"OData-Version": "4.0"})


def _error(service: Service, failed: GraphError, headers: Mapping[str, str]) -> Response:
    body = {
        "error": {
            "code": failed.error.code,
            "message": failed.message,
            "innerError": {
                "date": service.store.now().strftime("%Y-%m-%dT%H:%M:%S"),
                "request-id": headers["request-id"],
                "client-request-id": headers["client-request-id"],
            },
        }
    }
    response = JSONResponse(body, status_code=failed.error.status, media_type="application/json")
    response.headers.update(failed.headers)
    return response
