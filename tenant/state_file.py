"""The directory as JSON: read at the start where the file exists, written whole at the start and after every change.

Every member may be left out; what is written is always complete. Unknown members are an error, so that a misspelt
condition is not silently ignored.

    {
      "organization": {
        "id": "GUID", "displayName": "Contoso", "createdDateTime": "2024-01-15T09:30:00Z", "countryLetterCode": "DE",
        "verifiedDomains": [{"name": "contoso.onmicrosoft.com", "isInitial": true, "isDefault": false}]
      },
      "applications": [{
        "appId": "GUID", "id": "GUID", "displayName": "Terraform", "createdDateTime": "…",
        "signInAudience": "AzureADMyOrg",
        "owners": ["object id of a service principal"],
        "keyCredentials": [{
          "key": "base64 of the certificate in DER",
          "keyId": "GUID", "displayName": null, "startDateTime": "…", "endDateTime": "…"
        }],
        "subjectNameAndIssuer": {"subjects": ["app.contoso.example"], "authorities": ["base64 of a certificate"]}
      }],
      "servicePrincipals": [{
        "appId": "GUID", "id": "GUID", "displayName": "Terraform", "accountEnabled": true,
        "roles": ["Organization.Read.All"]
      }],
      "conditions": {"conditionalAccessBlocks": false, "clockSkewSeconds": 0, "tokenLifetimeSeconds": 3599}
    }

- An application without `appId` gets the client id of the command line (or a new one); a service principal without
  `appId` belongs to the first application.
- `servicePrincipals` left out: one for each application, with the default roles, and Microsoft Graph's own.
  An empty list: the application's service principal is missing (AADSTS7000229).
- `"accountEnabled": false`: the application is disabled (AADSTS7000112). `"roles": []`: tokens without roles.
- A client certificate that the tenant made itself is not kept: its private key ends with the process. A new one is
  made at the next start.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tenant.directory import (
    DEFAULT_ROLES,
    GRAPH_APP_ID,
    Application,
    Conditions,
    Directory,
    KeyCredential,
    Organization,
    ServicePrincipal,
    SubjectNameAndIssuer,
    VerifiedDomain,
)
from tenant.whole_file import write_whole

if TYPE_CHECKING:
    from pathlib import Path


class StateError(Exception):
    """The state file cannot be used; the message says what is wrong and where."""


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise StateError(f"expected text, found {value!r}")
    return value


def _optional_text(value: object) -> str | None:
    return None if value is None else _text(value)


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise StateError(f"expected true or false, found {value!r}")
    return value


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise StateError(f"expected a number, found {value!r}")
    return value


def _whole_number(value: object) -> int:
    return int(_number(value))


def _texts(value: object) -> tuple[str, ...]:
    return tuple(_text(each) for each in _list(value))


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise StateError(f"expected a list, found {value!r}")
    return value


def _time(value: object) -> datetime:
    try:
        parsed = datetime.fromisoformat(_text(value))
    except ValueError:
        raise StateError(f"expected a date and time such as 2024-01-15T09:30:00Z, found {value!r}") from None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def _optional_time(value: object) -> datetime | None:
    return None if value is None else _time(value)


def _certificate(value: object) -> x509.Certificate:
    try:
        return x509.load_der_x509_certificate(base64.b64decode(_text(value), validate=True))
    except (ValueError, binascii.Error):
        raise StateError("expected a certificate (base64 of its DER form)") from None


def _certificates(value: object) -> tuple[x509.Certificate, ...]:
    return tuple(_certificate(each) for each in _list(value))


_Convert = Callable[[object], object]


def _members(
    value: object, where: str, members: Mapping[str, tuple[str, _Convert]], required: str | None = None
) -> dict[str, Any]:
    """Return the members of a JSON object under the names that the dataclass has for them."""
    if not isinstance(value, dict):
        raise StateError(f"{where}: expected an object, found {value!r}")
    if required is not None and required not in value:
        raise StateError(f"{where}: {required!r} is missing")
    read: dict[str, Any] = {}
    for name, content in value.items():
        if name not in members:
            known = ", ".join(sorted(members))
            raise StateError(f"{where}: {name!r} is not known here. Known are: {known}.")
        attribute, convert = members[name]
        try:
            read[attribute] = convert(content)
        except StateError as error:
            raise StateError(f"{where}.{name}: {error}") from None
    return read


_DOMAIN = {"name": ("name", _text), "isInitial": ("is_initial", _flag), "isDefault": ("is_default", _flag)}
_KEY = {
    "key": ("certificate", _certificate),
    "keyId": ("key_id", _text),
    "displayName": ("display_name", _optional_text),
    "startDateTime": ("start", _optional_time),
    "endDateTime": ("end", _optional_time),
}
_TRUST = {"subjects": ("subjects", _texts), "authorities": ("authorities", _certificates)}


def _domains(value: object) -> tuple[VerifiedDomain, ...]:
    return tuple(VerifiedDomain(**_members(each, "domain", _DOMAIN, "name")) for each in _list(value))


def _keys(value: object) -> tuple[KeyCredential, ...]:
    return tuple(KeyCredential(**_members(each, "keyCredential", _KEY, "key")) for each in _list(value))


def _trust(value: object) -> SubjectNameAndIssuer | None:
    return (
        None
        if value is None
        else SubjectNameAndIssuer(**{"subjects": (), "authorities": (), **_members(value, "trust", _TRUST)})
    )


_ORGANIZATION = {
    "id": ("id", _text),
    "displayName": ("display_name", _text),
    "verifiedDomains": ("verified_domains", _domains),
    "createdDateTime": ("created", _time),
    "countryLetterCode": ("country_letter_code", _text),
}
_APPLICATION = {
    "appId": ("app_id", _text),
    "id": ("id", _text),
    "displayName": ("display_name", _text),
    "createdDateTime": ("created", _time),
    "signInAudience": ("sign_in_audience", _text),
    "owners": ("owners", _texts),
    "keyCredentials": ("key_credentials", _keys),
    "subjectNameAndIssuer": ("subject_name_and_issuer", _trust),
}
_SERVICE_PRINCIPAL = {
    "appId": ("app_id", _text),
    "id": ("id", _text),
    "displayName": ("display_name", _text),
    "accountEnabled": ("account_enabled", _flag),
    "roles": ("roles", _texts),
}
_CONDITIONS = {
    "conditionalAccessBlocks": ("conditional_access_blocks", _flag),
    "clockSkewSeconds": ("clock_skew_seconds", _number),
    "tokenLifetimeSeconds": ("token_lifetime_seconds", _whole_number),
}
_TOP = {
    "organization": ("organization", lambda value: value),
    "applications": ("applications", _list),
    "servicePrincipals": ("service_principals", _list),
    "conditions": ("conditions", lambda value: value),
}


def from_json(state: object, *, tenant_id: str | None = None, client_id: str | None = None) -> Directory:
    """Return the directory that `state` describes, completed by defaults.

    Args:
        state: the decoded JSON.
        tenant_id: wins over the state's.
        client_id: the application that the caller means; added where the state does not have it.

    Raises:
        StateError: a member is unknown or not of its type; the message names it.
    """
    top = _members(state, "state", _TOP)
    organization = Organization(**_members(top.get("organization", {}), "organization", _ORGANIZATION))
    if tenant_id is not None:
        organization = replace(organization, id=tenant_id)
    conditions = Conditions(**_members(top.get("conditions", {}), "conditions", _CONDITIONS))

    read = [_members(each, f"applications[{at}]", _APPLICATION) for at, each in enumerate(top.get("applications", []))]
    known = {entry["app_id"].lower() for entry in read if "app_id" in entry}
    nameless = [entry for entry in read if "app_id" not in entry]
    if client_id is not None and client_id.lower() not in known:
        if not nameless:
            nameless = [{}]
            read.insert(0, nameless[0])
        nameless[0]["app_id"] = client_id
    applications = tuple(Application(**entry) for entry in read or [{}])

    if "service_principals" in top:
        principals = tuple(
            ServicePrincipal(
                **{
                    "app_id": applications[0].app_id,
                    "roles": DEFAULT_ROLES,
                    **_members(each, f"servicePrincipals[{at}]", _SERVICE_PRINCIPAL),
                }
            )
            for at, each in enumerate(top["service_principals"])
        )
    else:
        principals = (
            *(
                ServicePrincipal(each.app_id, display_name=each.display_name, roles=DEFAULT_ROLES)
                for each in applications
            ),
            ServicePrincipal(GRAPH_APP_ID, display_name="Microsoft Graph"),
        )
    return Directory(organization, applications, principals, conditions)


def to_json(directory: Directory) -> dict[str, object]:
    """Return the directory as the file holds it."""
    organization, conditions = directory.organization, directory.conditions
    return {
        "organization": {
            "id": organization.id,
            "displayName": organization.display_name,
            "createdDateTime": written_time(organization.created),
            "countryLetterCode": organization.country_letter_code,
            "verifiedDomains": [
                {"name": each.name, "isInitial": each.is_initial, "isDefault": each.is_default}
                for each in organization.verified_domains
            ],
        },
        "applications": [_application_to_json(each) for each in directory.applications],
        "servicePrincipals": [
            {
                "appId": each.app_id,
                "id": each.id,
                "displayName": each.display_name,
                "accountEnabled": each.account_enabled,
                "roles": list(each.roles),
            }
            for each in directory.service_principals
        ],
        "conditions": {
            "conditionalAccessBlocks": conditions.conditional_access_blocks,
            "clockSkewSeconds": conditions.clock_skew_seconds,
            "tokenLifetimeSeconds": conditions.token_lifetime_seconds,
        },
    }


def _application_to_json(application: Application) -> dict[str, object]:
    trust = application.subject_name_and_issuer
    return {
        "appId": application.app_id,
        "id": application.id,
        "displayName": application.display_name,
        "createdDateTime": written_time(application.created),
        "signInAudience": application.sign_in_audience,
        "owners": list(application.owners),
        "keyCredentials": [
            {
                "key": _encoded(each.certificate),
                "keyId": each.key_id,
                "displayName": each.display_name,
                "startDateTime": written_time(each.valid_from),
                "endDateTime": written_time(each.valid_to),
            }
            for each in application.key_credentials
            if not each.made_for_this_run
        ],
        "subjectNameAndIssuer": trust
        and {"subjects": list(trust.subjects), "authorities": [_encoded(each) for each in trust.authorities]},
    }


def _encoded(certificate: x509.Certificate) -> str:
    return base64.b64encode(certificate.public_bytes(Encoding.DER)).decode("ascii")


def written_time(moment: datetime) -> str:
    """Return `moment` as Graph and the state file write it: UTC, whole seconds, `Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_state(path: Path, *, tenant_id: str | None = None, client_id: str | None = None) -> Directory:
    """Return the directory of the file at `path`, or a fresh one where there is no such file.

    Raises:
        StateError: the file cannot be read, is not JSON, or holds what is not known.
    """
    try:
        content = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        content = "{}"
    except (OSError, UnicodeDecodeError) as error:
        raise StateError(f"The state file {path} cannot be read: {error}") from None
    try:
        return from_json(json.loads(content), tenant_id=tenant_id, client_id=client_id)
    except json.JSONDecodeError as error:
        raise StateError(f"The state file {path} is not JSON: {error}") from None
    except StateError as error:
        raise StateError(f"The state file {path} cannot be used: {error}") from None


def write_state(path: Path, directory: Directory) -> None:
    """Write the directory to `path`, whole.

    Raises:
        OSError: the folder is missing or cannot be written.
    """
    write_whole(path, json.dumps(to_json(directory), indent=2).encode() + b"\n")
