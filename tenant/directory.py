"""What the tenant knows: its organization, applications, service principals and the conditions that a test provokes.

Values only. They are frozen: a change is a new `Directory`, handed to `Store.change`. How they look in a file is the
matter of `state_file.py`, how Graph shows them that of `graph/collections.py`.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

GRAPH_APP_ID = "00000003-0000-0000-c000-000000000000"
DEFAULT_ROLES = ("Application.Read.All", "Organization.Read.All")


def new_id() -> str:
    """Return a fresh GUID as Entra writes it: lower case, with hyphens."""
    return str(uuid.uuid4())


@dataclass(frozen=True, slots=True)
class VerifiedDomain:
    """A domain name of the organization; one is initial (`….onmicrosoft.com`), one is the default."""

    name: str
    is_initial: bool = False
    is_default: bool = False


DEFAULT_DOMAINS = (
    VerifiedDomain("contoso.onmicrosoft.com", is_initial=True),
    VerifiedDomain("contoso.example", is_default=True),
)


@dataclass(frozen=True, slots=True)
class Organization:
    """The tenant itself."""

    id: str = field(default_factory=new_id)
    display_name: str = "Contoso"
    verified_domains: tuple[VerifiedDomain, ...] = DEFAULT_DOMAINS
    created: datetime = datetime(2024, 1, 15, 9, 30, tzinfo=UTC)
    country_letter_code: str = "DE"

    def is_named(self, name: str) -> bool:
        """Say whether `name`, a GUID or a domain name in any case, means this tenant."""
        return name.lower() in self.names

    @property
    def names(self) -> tuple[str, ...]:
        """What may stand for the tenant in an address: its id and its verified domains, in lower case."""
        return (self.id.lower(), *(domain.name.lower() for domain in self.verified_domains))


@dataclass(frozen=True, slots=True)
class KeyCredential:
    """A certificate registered on an application."""

    certificate: x509.Certificate
    key_id: str = field(default_factory=new_id)
    display_name: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    made_for_this_run: bool = False
    """The tenant made the key itself; its private half ends with the process, so it is not kept in the state file."""

    @property
    def valid_from(self) -> datetime:
        return self.start or self.certificate.not_valid_before_utc

    @property
    def valid_to(self) -> datetime:
        return self.end or self.certificate.not_valid_after_utc

    @property
    def thumbprint_sha1(self) -> bytes:
        return self.certificate.fingerprint(hashes.SHA1())  # noqa: S303 - the thumbprint that Entra shows

    @property
    def thumbprint_sha256(self) -> bytes:
        return self.certificate.fingerprint(hashes.SHA256())

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)


@dataclass(frozen=True, slots=True)
class SubjectNameAndIssuer:
    """Trust by subject name and issuer: any certificate for one of `subjects` that one of `authorities` issued."""

    subjects: tuple[str, ...]
    authorities: tuple[x509.Certificate, ...]


@dataclass(frozen=True, slots=True)
class Application:
    """An app registration."""

    app_id: str = field(default_factory=new_id)
    id: str = field(default_factory=new_id)
    display_name: str = "Terraform"
    created: datetime = datetime(2024, 2, 1, 8, 0, tzinfo=UTC)
    sign_in_audience: str = "AzureADMyOrg"
    key_credentials: tuple[KeyCredential, ...] = ()
    subject_name_and_issuer: SubjectNameAndIssuer | None = None
    owners: tuple[str, ...] = ()
    """Object ids of the service principals that own it: what `Application.ReadWrite.OwnedBy` may change."""


@dataclass(frozen=True, slots=True)
class ServicePrincipal:
    """An application's presence in the tenant, with the application roles of Graph that it was granted."""

    app_id: str
    id: str = field(default_factory=new_id)
    display_name: str = "Terraform"
    account_enabled: bool = True
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Conditions:
    """Circumstances that a test wants to provoke; they hold for the whole tenant."""

    conditional_access_blocks: bool = False
    clock_skew_seconds: float = 0.0
    """How far the service's clock is ahead of this machine's; seen in `Date`, time stamps, tokens and refusals."""
    token_lifetime_seconds: int = 3599


@dataclass(frozen=True, slots=True)
class Directory:
    """Everything that is kept."""

    organization: Organization
    applications: tuple[Application, ...]
    service_principals: tuple[ServicePrincipal, ...]
    conditions: Conditions = Conditions()

    def application(self, app_id: str) -> Application | None:
        """Return the application with this client id, in any case."""
        wanted = app_id.lower()
        return next((each for each in self.applications if each.app_id.lower() == wanted), None)

    def service_principal(self, app_id: str) -> ServicePrincipal | None:
        """Return the service principal of the application with this client id, in any case."""
        wanted = app_id.lower()
        return next((each for each in self.service_principals if each.app_id.lower() == wanted), None)

    def with_application(self, changed: Application) -> Directory:
        """Return a directory in which `changed` stands in place of the application with the same object id."""
        applications = tuple(changed if each.id == changed.id else each for each in self.applications)
        return replace(self, applications=applications)


class Store:
    """The one current directory of a running tenant; tells `on_change` of each new one."""

    __slots__ = ("_directory", "_on_change")

    def __init__(self, directory: Directory, on_change: Callable[[Directory], None] | None = None) -> None:
        self._directory = directory
        self._on_change = on_change

    @property
    def directory(self) -> Directory:
        return self._directory

    def change(self, directory: Directory) -> None:
        """Make `directory` the current one and have it kept."""
        self._directory = directory
        if self._on_change is not None:
            self._on_change(directory)

    def now(self) -> datetime:
        """Return the service's time, which the state may have set apart from this machine's."""
        return datetime.now(UTC) + timedelta(seconds=self._directory.conditions.clock_skew_seconds)
