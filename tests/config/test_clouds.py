"""Where the provider goes: the table of clouds, and the URLs that stand in their place."""

from __future__ import annotations

import pytest

from provider.config.clouds import Endpoints, endpoints
from provider.config.settings import merge
from tests.config.facts import CLOUDS

TABLE = {
    "public": ("login.microsoftonline.com", "graph.microsoft.com"),
    "gcc": ("login.microsoftonline.com", "graph.microsoft.com"),
    "gcchigh": ("login.microsoftonline.us", "graph.microsoft.us"),
    "dod": ("login.microsoftonline.us", "dod-graph.microsoft.us"),
    "china": ("login.chinacloudapi.cn", "microsoftgraph.chinacloudapi.cn"),
    "ex": ("login.microsoftonline.eaglex.ic.gov", "graph.eaglex.ic.gov"),
    "rx": ("login.microsoftonline.microsoft.scloud", "graph.microsoft.scloud"),
}


def test_the_table_is_whole() -> None:
    assert tuple(TABLE) == CLOUDS


@pytest.mark.parametrize("cloud", TABLE)
def test_each_cloud(cloud: str) -> None:
    authority, graph = TABLE[cloud]

    assert endpoints(merge({"cloud": cloud}, {})) == Endpoints(
        f"https://{authority}", f"https://{graph}", f"https://{graph}/.default"
    )


def test_without_a_cloud_it_is_the_public_one() -> None:
    assert endpoints(merge({}, {})) == endpoints(merge({"cloud": "public"}, {}))


AUTHORITY, GRAPH = "https://login.microsoftonline.com", "https://graph.microsoft.com"
OWN: list[tuple[dict[str, str], Endpoints]] = [
    (
        {"authority_url": "https://login.sovereign.example"},
        Endpoints("https://login.sovereign.example", GRAPH, f"{GRAPH}/.default"),
    ),
    # A gateway in front of Graph: the token is still Graph's.
    (
        {"graph_url": "https://gateway.example/graph/"},
        Endpoints(AUTHORITY, "https://gateway.example/graph", f"{GRAPH}/.default"),
    ),
    (
        {"graph_url": "https://graph.sovereign.example", "graph_audience": "https://graph.sovereign.example/"},
        Endpoints(AUTHORITY, "https://graph.sovereign.example", "https://graph.sovereign.example/.default"),
    ),
    (
        {"authority_url": "https://127.0.0.1:8443//", "graph_url": "https://127.0.0.1:8443"},
        Endpoints("https://127.0.0.1:8443", "https://127.0.0.1:8443", f"{GRAPH}/.default"),
    ),
]


@pytest.mark.parametrize(("options", "expected"), OWN, ids=str)
def test_urls_of_the_users_own(options: dict[str, str], expected: Endpoints) -> None:
    assert endpoints(merge({"client_options": options}, {})) == expected
    assert endpoints(merge({}, {f"M365_{name.upper()}": url for name, url in options.items()})) == expected


def test_the_audience_follows_the_cloud_and_not_the_gateway() -> None:
    settings = merge({"cloud": "dod", "client_options": {"graph_url": "https://gateway.example"}}, {})

    assert endpoints(settings).scope == "https://dod-graph.microsoft.us/.default"
