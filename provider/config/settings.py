"""The settings of a configured provider, and the merge of block and environment that gives them.

A value written in HCL wins. Where the attribute is null or an empty text, the first non-empty variable of its row
counts; where there is none, the default.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from provider.config import block
from provider.framework import types, validation
from provider.framework.diagnostics import Diagnostic, Failure, error
from provider.framework.hcl import literal
from provider.framework.paths import Path, Step, show
from provider.framework.redaction import protect
from provider.framework.schema import Kind

_log = logging.getLogger(__name__)

# Marked sensitive in the schema, as existing configurations expect, but no error is of use without them.
_NOT_SECRET = frozenset({"tenant_id", "client_id", "client_certificate"})

_CERTIFICATE = ("entra_id_options", "client_certificate")
_CERTIFICATE_DATA = ("entra_id_options", "client_certificate_data")

_TRUE = {"true", "1", "yes"}
_FALSE = {"false", "0", "no"}
_WHOLE = re.compile(r"-?[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class EntraIdOptions:
    """What signing in takes; see `block.ENTRA_ID` for each."""

    client_id: str | None
    client_secret: str | None
    client_certificate: str | None
    client_certificate_data: str | None
    client_certificate_password: str | None
    send_certificate_chain: bool | None
    username: str | None
    password: str | None
    redirect_url: str | None
    disable_instance_discovery: bool | None
    additionally_allowed_tenants: tuple[str, ...] | None
    federated_token_file_path: str | None
    managed_identity_id: str | None
    oidc_token_file_path: str | None
    oidc_request_token: str | None
    oidc_request_url: str | None
    oidc_audience: str
    ado_service_connection_id: str | None


@dataclass(frozen=True, slots=True)
class ClientOptions:
    """How requests are sent; see `block.CLIENT` for each."""

    enable_headers_inspection: bool
    enable_retry: bool
    max_retries: int
    retry_delay_seconds: int
    enable_redirect: bool
    max_redirects: int
    enable_compression: bool
    custom_user_agent: str | None
    use_proxy: bool
    proxy_url: str | None
    proxy_username: str | None
    proxy_password: str | None
    timeout_seconds: int
    enable_chaos: bool
    chaos_percentage: int
    chaos_status_code: int | None
    chaos_status_message: str | None
    authority_url: str | None
    graph_url: str | None
    graph_audience: str | None
    ca_certificate_file: str | None


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting of the provider, with where it came from.

    `variables` holds, for the path of each setting that the environment gave, the name of the variable.
    """

    cloud: str
    tenant_id: str | None
    auth_method: str | None
    telemetry_optout: bool
    debug_mode: bool
    entra_id_options: EntraIdOptions
    client_options: ClientOptions
    variables: Mapping[Path, str]

    def place(self, diagnostic: Diagnostic, *path: Step) -> Diagnostic:
        """Return `diagnostic` placed on the attribute at `path`, or naming the variable that gave its value."""
        variable = self.variables.get(path)
        if variable is not None:
            origin = f"The value of {show(path)} comes from the environment variable {variable}."
            return Diagnostic(diagnostic.severity, diagnostic.summary, f"{diagnostic.detail}\n\n{origin}")
        placed = diagnostic.at(path)
        # Of a path into a nested attribute, Terraform shows no more than the block.
        named = len(path) == 1 or show(path) in f"{placed.summary} {placed.detail}"
        return placed if named else replace(placed, detail=f"{placed.detail}\n\nThis is about {show(path)}.")

    def describe(self, *path: str) -> str:
        """Return how the setting at `path` is called where it was set: the attribute, or the variable."""
        return self.variables.get(path) or show(path)


def validate(config: Mapping[str, Any]) -> Iterator[Diagnostic]:
    """Yield what is wrong with the form of a provider block; needs neither environment nor credentials."""
    config = _without_empty(config)
    yield from validation.validate(block.SCHEMA, config)
    yield from _one_certificate(config)


def merge(config: Mapping[str, Any], environment: Mapping[str, str]) -> Settings:
    """Return the settings that a block without unknown values and the environment give; raise Failure."""
    problems = list(validate(config))
    config = _without_empty(config)
    values: dict[Path, Any] = {}
    variables: dict[Path, str] = {}
    for path, setting in block.settings():
        value = _written(config, path)
        if value is None:
            for variable in setting.variables:
                try:
                    value = _read(variable, environment, setting)
                except ValueError as wrong:
                    if not variable.startswith("M365_"):
                        # Other tools write it, and may mean other things by it.
                        _log.warning("The environment variable %s is passed over: it %s.", variable, wrong)
                        continue
                    problems.append(_unusable(variable, path, environment[variable], setting, str(wrong)))
                    break
                if value is not None:
                    variables[path] = variable
                    break
        values[path] = setting.default if value is None else value
        if setting.attribute.sensitive and isinstance(value, str) and path[-1] not in _NOT_SECRET:
            protect(value)
    problems.extend(_choose_certificate(values, variables))
    if problems:
        raise Failure(*problems)
    groups = {name: {str(p[1]): v for p, v in values.items() if p[0] == name and len(p) == 2} for name in block.GROUPS}
    return Settings(
        **{str(p[0]): v for p, v in values.items() if len(p) == 1},
        entra_id_options=EntraIdOptions(**groups["entra_id_options"]),
        client_options=ClientOptions(**groups["client_options"]),
        variables=variables,
    )


def _without_empty(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return `config` with each empty text made null, which it means."""
    return {
        name: None if value == "" else _without_empty(value) if isinstance(value, Mapping) else value
        for name, value in config.items()
    }


def _written(config: Mapping[str, Any], path: Path) -> Any:
    value: Any = config
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _read(variable: str, environment: Mapping[str, str], setting: block.Setting) -> Any:
    """Return the value that `variable` gives, None where it gives none; raise ValueError with what is wrong."""
    text = (
        environment.get(variable, "").strip()
        if setting.attribute.kind.type != types.STRING
        else environment.get(variable, "")
    )
    if not text:
        return None
    if variable == "AZURE_CLOUD":
        text = block.AZURE_CLOUDS.get(text, text)
    kind = setting.attribute.kind
    assert isinstance(kind, Kind)
    value: Any
    match kind.type:
        case types.BOOL:
            if text.lower() not in _TRUE | _FALSE:
                raise ValueError("must be true or false (also 1 or 0, yes or no)")
            value = text.lower() in _TRUE
        case types.NUMBER:
            if not _WHOLE.fullmatch(text):
                raise ValueError("must be a whole number")
            value = int(text)
        case types.Collection():
            value = tuple(part.strip() for part in text.split(",") if part.strip())
        case _:
            value = text
    for rule in kind.rules:
        if wrong := rule(value):
            raise ValueError(wrong)
    return value


def _unusable(variable: str, path: Path, text: str, setting: block.Setting, wrong: str) -> Diagnostic:
    found = "a sensitive value that is not shown" if setting.attribute.sensitive else literal(text)
    return error(
        f"Unusable environment variable {variable}",
        f"It gives {show(path)} and {wrong}. Found: {found}. Correct or unset the variable, or set {show(path)} in "
        "the provider block, which wins.",
    )


def _one_certificate(config: Mapping[str, Any]) -> Iterator[Diagnostic]:
    # One that is not known yet may turn out to be null.
    if all(isinstance(_written(config, path), str) for path in (_CERTIFICATE, _CERTIFICATE_DATA)):
        yield error(
            "Two client certificates",
            "client_certificate (a path) and client_certificate_data (the certificate itself) exclude each other. "
            "Remove one of them.",
            _CERTIFICATE_DATA,
        )


def _choose_certificate(values: dict[Path, Any], variables: dict[Path, str]) -> Iterator[Diagnostic]:
    """Where both forms have a value, keep the one that the block writes; two variables contradict each other."""
    if values[_CERTIFICATE] is None or values[_CERTIFICATE_DATA] is None:
        return
    given = [path for path in (_CERTIFICATE, _CERTIFICATE_DATA) if path in variables]
    if len(given) == 1:
        values[given[0]] = None
        del variables[given[0]]
    elif given:
        yield error(
            "Two client certificates",
            f"The environment variables {' and '.join(variables[path] for path in given)} are both set and exclude "
            "each other. Unset one of them.",
        )
