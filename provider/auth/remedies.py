"""What a person can do about each refusal of Entra ID.

The rule of this table: a row says which codes it is for, which setting it concerns, and what to do, in which names in
braces stand for what was sent. Where a code has variants, `having` is a part of Entra's own words that tells the
variant; of several rows the first that fits counts. Sources: Entra's pages "Microsoft Entra authentication and
authorization error codes" and "certificate credentials", and recorded answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from provider.framework.paths import Path

_CLIENT_ID = ("entra_id_options", "client_id")
_TENANT_ID = ("tenant_id",)
_CERTIFICATE = ("entra_id_options", "client_certificate")
_AUTHORITY = ("client_options", "authority_url")
_AUDIENCE = ("client_options", "graph_audience")


@dataclass(frozen=True, slots=True)
class Remedy:
    """One row. `path` leads to the setting concerned, None where it is none."""

    codes: tuple[int, ...]
    path: Path | None
    text: str
    having: str = ""

    def fits(self, code: int | None, words: str) -> bool:
        """Tell whether this row is for a refusal with `code` and Entra's `words`."""
        return code in self.codes and self.having in words.lower()

    def told(self, facts: Mapping[str, object]) -> str:
        """Return the text with `facts` in the places of their names."""
        return self.text.format_map(facts)


REMEDIES = (
    Remedy(
        (700027,),
        _CERTIFICATE,
        "The certificate with thumbprint {thumbprint} is registered on the application, but for Entra ID has expired "
        "(valid until {not_after} by its own account). Make a new certificate, upload it to the app registration under "
        "Certificates & secrets, and use it here.",
        having="expired",
    ),
    Remedy(
        (700027,),
        _CERTIFICATE,
        "The certificate with SHA-1 thumbprint {thumbprint} is not registered on the application {client_id}. Upload "
        "its public part (.cer or .pem, never the private key) to the app registration under Certificates & secrets, "
        "Certificates, and compare the thumbprint shown there. Where it is registered: check that client_id is that "
        "application's, and wait a minute after an upload. An application that trusts a subject name and issuer "
        "instead needs send_certificate_chain = true, and that trust set up for this certificate's subject.",
        having="not found",
    ),
    Remedy(
        (700027,),
        _CERTIFICATE,
        "The application {client_id} has a certificate with thumbprint {thumbprint}, but the signature does not fit "
        "it. The private key and the registered certificate belong to different pairs: upload the public part of the "
        "certificate that is used here again, or use the file that holds the right key.",
    ),
    Remedy(
        (700030,),
        _CERTIFICATE,
        "The application trusts a subject name and issuer, and the subject of this certificate is not among the names "
        "that it trusts. Entra ID lists below the names in this certificate. Use a certificate with a name that the "
        "application trusts, or add one of these names to the application.",
    ),
    Remedy(
        (1000502, 7000274),
        _CERTIFICATE,
        "For Entra ID the certificate is outside its validity, which is from {not_before} to {not_after}. {clock} If "
        "the clocks agree, make a new certificate and register it.",
    ),
    Remedy(
        (7000214, 7000277),
        _CERTIFICATE,
        "The certificate was revoked by its issuer. Make a new one and register it on the application.",
    ),
    Remedy(
        (700016, 700038),
        _CLIENT_ID,
        "The tenant {tenant_id} has no application {client_id}. Check that client_id is the Application (client) ID of "
        "the app registration (neither its object id nor the id of the enterprise application), and that tenant_id is "
        "the tenant it is registered in. An application of another tenant must first be consented to here.",
    ),
    Remedy(
        (90002, 900021, 900023),
        _TENANT_ID,
        "At {authority} there is no tenant {tenant_id}. Check tenant_id (Entra admin center, Overview: Tenant ID), and "
        "that `cloud` is the national cloud in which the tenant lives.",
    ),
    Remedy(
        (700023,),
        _AUTHORITY,
        "The token service does not take itself for {authority}: the audience of the client assertion is not one of "
        "its own. Check authority_url and `cloud`; where a proxy or gateway stands before Entra ID, it must pass the "
        "host name on.",
    ),
    Remedy(
        (700024,),
        None,
        "Entra ID finds the client assertion outside its time, because the clock of this machine and Entra ID's "
        "disagree. {clock} Set the machine's clock by network time (NTP) and try again.",
    ),
    Remedy(
        (7000112,),
        _CLIENT_ID,
        "The application {client_id} is disabled in the tenant. In the Entra admin center, Enterprise applications, "
        "open it and set Properties, Enabled for users to sign-in, to Yes; or ask who disabled it.",
    ),
    Remedy(
        (7000229,),
        _CLIENT_ID,
        "The application {client_id} has no service principal in the tenant {tenant_id}. Make one: open the app "
        "registration and choose to create the service principal under Managed application in local directory, run "
        "`az ad sp create --id {client_id}`, or grant admin consent for its permissions.",
    ),
    Remedy(
        (53003,),
        None,
        "A Conditional Access policy for workload identities blocks this sign-in, most often because of the address "
        "that it comes from. In the Entra admin center, Sign-in logs, Service principal sign-ins, look for the "
        "correlation id below to see which policy; run from an allowed network, or have the policy exclude this "
        "application.",
    ),
    Remedy(
        (700025, 7000216, 7000218),
        _CLIENT_ID,
        "The app registration does not take a certificate for this sign-in. Check under Authentication that it is not "
        "set up as a public client only.",
    ),
    Remedy(
        (7000213,),
        _CERTIFICATE,
        "Entra ID cannot follow the chain of {chain_length} certificate(s) that was sent. The certificate file must "
        "hold the certificate and every intermediate of its issuer.",
    ),
    Remedy(
        (70011, 500011, 1002012),
        _AUDIENCE,
        "The tenant does not know what the token was asked for. Check graph_audience and `cloud`.",
    ),
    Remedy(
        (50033, 90033, 90041, 90055),
        None,
        "The token service has a passing trouble of its own. Try again in a minute.",
    ),
)

# For a code that no row is for.
UNKNOWN = Remedy((), None, "Look the code up at https://login.microsoftonline.com/error for what Microsoft says of it.")
