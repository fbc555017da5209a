"""Changes to an application: `PATCH /applications/{id}` with `displayName` or `keyCredentials`.

The token service goes by the registered certificates at once; the real one may take minutes.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cryptography import x509

from tenant.directory import Application, Directory, KeyCredential, new_id
from tenant.evidence import assumed, documented
from tenant.graph.errors import GraphError
from tenant.graph.permissions import OWNED_ONLY, opening

if TYPE_CHECKING:
    from tenant.graph.authorization import Caller

REPLACES_EVIDENCE = documented("graph api/application-update: a collection in the body replaces the one that was there")
KEPT_KEY_EVIDENCE = assumed("an entry with the keyId of a registered certificate and no key keeps that certificate")

_ENTITY = "Application"
_KEY_ENTITY = "KeyCredential"


def change_application(directory: Directory, object_id: str, body: dict[str, object], caller: Caller) -> Directory:
    """Return the directory after the change.

    Raises:
        GraphError: 400 where the body asks for something else or a value is invalid, 403 where the caller may change
            only what it owns and does not own this.
    """
    application = next(each for each in directory.applications if each.id == object_id)
    enough = caller.roles & opening("/applications/{id}", "PATCH")
    if enough == {OWNED_ONLY} and caller.object_id not in application.owners:
        raise GraphError("forbidden")
    for name, value in body.items():
        if name == "displayName":
            if not isinstance(value, str) or not value:
                raise GraphError("value_invalid", name=name, entity=_ENTITY)
            application = replace(application, display_name=value)
        elif name == "keyCredentials":
            application = replace(application, key_credentials=_keys(application, value))
        else:
            raise GraphError("property_not_writable", name=name)
    return directory.with_application(application)


def _keys(application: Application, value: object) -> tuple[KeyCredential, ...]:
    if not isinstance(value, list):
        raise GraphError("value_invalid", name="keyCredentials", entity=_ENTITY)
    registered = {key.key_id.lower(): key for key in application.key_credentials}
    return tuple(_read_key(each, registered) for each in value)


def _read_key(value: object, registered: Mapping[str, KeyCredential]) -> KeyCredential:
    if not isinstance(value, Mapping):
        raise GraphError("value_invalid", name="keyCredentials", entity=_ENTITY)
    key_id = str(value.get("keyId") or new_id())
    before = registered.get(key_id.lower())
    if value.get("key") is None and before is not None:
        return before
    for name, only in (("type", "AsymmetricX509Cert"), ("usage", "Verify")):
        if value.get(name) != only:
            raise GraphError("value_invalid", name=name, entity=_KEY_ENTITY)
    try:
        certificate = x509.load_der_x509_certificate(base64.b64decode(str(value.get("key")), validate=True))
    except (ValueError, binascii.Error):
        raise GraphError("value_invalid", name="key", entity=_KEY_ENTITY) from None
    start, end = _time(value, "startDateTime"), _time(value, "endDateTime")
    if end is not None and end > certificate.not_valid_after_utc:
        raise GraphError("key_end_date")
    display_name = value.get("displayName")
    same = before is not None and before.certificate == certificate
    return KeyCredential(
        certificate,
        key_id,
        None if display_name is None else str(display_name),
        start,
        end,
        made_for_this_run=same and before is not None and before.made_for_this_run,
    )


def _time(value: Mapping[str, object], name: str) -> datetime | None:
    text = value.get(name)
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        raise GraphError("value_invalid", name=name, entity=_KEY_ENTITY) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
