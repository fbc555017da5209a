"""What the provider block must be, row by row: the tests' own copy, kept apart from the code that it checks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

LIST = ["list", "string"]


@dataclass(frozen=True, slots=True)
class Fact:
    """One attribute: path, type as JSON writes it, whether it is sensitive, its variables in order, its default."""

    path: tuple[str, ...]
    type: Any
    sensitive: bool
    variables: tuple[str, ...]
    default: Any

    @property
    def name(self) -> str:
        return ".".join(self.path)


_ROWS = """
cloud                                          string  -  M365_CLOUD AZURE_CLOUD                      = public
tenant_id                                      string  s  M365_TENANT_ID
auth_method                                    string  -  M365_AUTH_METHOD
telemetry_optout                               bool    -  M365_TELEMETRY_OPTOUT                       = false
debug_mode                                     bool    -  M365_DEBUG_MODE                             = false

entra_id_options.client_id                     string  s  M365_CLIENT_ID
entra_id_options.client_secret                 string  s  M365_CLIENT_SECRET
entra_id_options.client_certificate            string  s  M365_CLIENT_CERTIFICATE_FILE_PATH
entra_id_options.client_certificate_data       string  s  M365_CLIENT_CERTIFICATE_DATA M365_CLIENT_CERTIFICATE
entra_id_options.client_certificate_password   string  s  M365_CLIENT_CERTIFICATE_PASSWORD
entra_id_options.send_certificate_chain        bool    -  M365_SEND_CERTIFICATE_CHAIN
entra_id_options.username                      string  -  M365_USERNAME
entra_id_options.password                      string  s  M365_PASSWORD
entra_id_options.redirect_url                  string  -  M365_REDIRECT_URI M365_REDIRECT_URL
entra_id_options.disable_instance_discovery    bool    -  M365_DISABLE_INSTANCE_DISCOVERY
entra_id_options.additionally_allowed_tenants  list    -  M365_ADDITIONALLY_ALLOWED_TENANTS
entra_id_options.federated_token_file_path     string  -  M365_FEDERATED_TOKEN_FILE AZURE_FEDERATED_TOKEN_FILE
entra_id_options.managed_identity_id           string  -  M365_MANAGED_IDENTITY_ID AZURE_CLIENT_ID
entra_id_options.oidc_token_file_path          string  -  M365_OIDC_TOKEN_FILE_PATH
entra_id_options.oidc_request_token            string  s  M365_OIDC_REQUEST_TOKEN ACTIONS_ID_TOKEN_REQUEST_TOKEN
entra_id_options.oidc_request_url              string  -  M365_OIDC_REQUEST_URL ACTIONS_ID_TOKEN_REQUEST_URL
entra_id_options.oidc_audience                 string  -  M365_OIDC_AUDIENCE              = api://AzureADTokenExchange
entra_id_options.ado_service_connection_id     string  -  ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID
                                                          ARM_OIDC_AZURE_SERVICE_CONNECTION_ID

client_options.enable_headers_inspection       bool    -  M365_ENABLE_HEADERS_INSPECTION              = false
client_options.enable_retry                    bool    -  M365_ENABLE_RETRY                           = true
client_options.max_retries                     number  -  M365_MAX_RETRIES                            = 3
client_options.retry_delay_seconds             number  -  M365_RETRY_DELAY_SECONDS                    = 5
client_options.enable_redirect                 bool    -  M365_ENABLE_REDIRECT                        = true
client_options.max_redirects                   number  -  M365_MAX_REDIRECTS                          = 5
client_options.enable_compression              bool    -  M365_ENABLE_COMPRESSION                     = true
client_options.custom_user_agent               string  -  M365_CUSTOM_USER_AGENT
client_options.use_proxy                       bool    -  M365_USE_PROXY                              = false
client_options.proxy_url                       string  -  M365_PROXY_URL
client_options.proxy_username                  string  -  M365_PROXY_USERNAME
client_options.proxy_password                  string  s  M365_PROXY_PASSWORD
client_options.timeout_seconds                 number  -  M365_TIMEOUT_SECONDS                        = 300
client_options.enable_chaos                    bool    -  M365_ENABLE_CHAOS                           = false
client_options.chaos_percentage                number  -  M365_CHAOS_PERCENTAGE                       = 10
client_options.chaos_status_code               number  -  M365_CHAOS_STATUS_CODE
client_options.chaos_status_message            string  -  M365_CHAOS_STATUS_MESSAGE
client_options.authority_url                   string  -  M365_AUTHORITY_URL
client_options.graph_url                       string  -  M365_GRAPH_URL
client_options.graph_audience                  string  -  M365_GRAPH_AUDIENCE
client_options.ca_certificate_file             string  -  M365_CA_CERTIFICATE_FILE
"""


def _default(type_: str, text: str) -> Any:
    if not text:
        return None
    return {"bool": text == "true", "number": int(text) if text.isdigit() else None}.get(type_, text)


def _facts() -> tuple[Fact, ...]:
    joined: list[str] = []
    for line in filter(str.strip, _ROWS.splitlines()):
        if line.startswith(" "):
            joined[-1] += line
        else:
            joined.append(line)
    facts = []
    for row in joined:
        left, _, default = row.partition(" = ")
        path, type_, sensitive, *variables = left.split()
        facts.append(
            Fact(
                tuple(path.split(".")),
                LIST if type_ == "list" else type_,
                sensitive == "s",
                tuple(variables),
                _default(type_, default.strip()),
            )
        )
    return tuple(facts)


FACTS = _facts()

CLOUDS = ("public", "gcc", "gcchigh", "dod", "china", "ex", "rx")
AUTH_METHODS = (
    "client_certificate",
    "client_secret",
    "workload_identity",
    "managed_identity",
    "oidc",
    "oidc_github",
    "oidc_azure_devops",
    "azure_cli",
    "azure_developer_cli",
    "device_code",
    "interactive_browser",
    "username_password",
)

GUID = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
IDENTITY = (
    f"/subscriptions/{GUID}/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/terraform"
)

# For each attribute: two values that it takes, as HCL gives them and as a variable gives the same.
_SPECIAL: dict[str, tuple[tuple[Any, str], tuple[Any, str]]] = {
    "cloud": (("china", "china"), ("dod", "dod")),
    "tenant_id": ((GUID, GUID), ("contoso.onmicrosoft.com", "contoso.onmicrosoft.com")),
    "auth_method": (("azure_cli", "azure_cli"), ("oidc", "oidc")),
    "entra_id_options.client_id": ((GUID, GUID), (GUID.upper(), GUID.upper())),
    # Entra ID is nowhere without TLS.
    "client_options.authority_url": (
        ("https://one.example", "https://one.example"),
        ("https://two.example:8443/x", "https://two.example:8443/x"),
    ),
    "entra_id_options.managed_identity_id": ((GUID, GUID), (IDENTITY, IDENTITY)),
}
_BY_TYPE: dict[str, tuple[tuple[Any, str], tuple[Any, str]]] = {
    "bool": ((True, "true"), (False, "no")),
    "number": ((7, "7"), (42, " 42 ")),
    "string": (("first value", "first value"), ("second", "second")),
}
_URLS = (("https://one.example/x", "https://one.example/x"), ("https://two.example:81", "https://two.example:81"))
_LISTS = ((("a.example", "b.example"), "a.example, b.example"), (("*",), "*"))


def samples(fact: Fact) -> tuple[tuple[Any, str], tuple[Any, str]]:
    """Return two pairs of a value in HCL and the text that gives the same from a variable."""
    if fact.type == LIST:
        return _LISTS
    if fact.name in _SPECIAL:
        return _SPECIAL[fact.name]
    last = fact.path[-1]
    if last.endswith("_url") or last == "graph_audience":
        return _URLS
    return _BY_TYPE[fact.type]
