"""The table of collections: what Graph has here, and how an item is shown.

A new collection is a row of `COLLECTIONS`, the function that shows an item, and its lines in `permissions.json`.
Properties that the tenant does not keep are shown with the value that a plain object has, so that a client may select
them.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tenant.directory import Application, Directory, KeyCredential, Organization, ServicePrincipal, VerifiedDomain
from tenant.evidence import Evidence, documented
from tenant.graph.applications import change_application
from tenant.graph.authorization import Caller
from tenant.state_file import written_time

Item = dict[str, object]

KEY_EVIDENCE = documented("graph resources/application: the key of keyCredentials comes only with $select, one object")


@dataclass(frozen=True, slots=True)
class Collection:
    """A row of the table.

    `show` gets the directory, one of the values that `items` returns, and whether `$select` names properties of this
    single object, which brings some values that are left out otherwise.
    """

    segment: str
    entity: str
    items: Callable[[Directory], Sequence[Any]]
    show: Callable[[Directory, Any, bool], Item]
    evidence: Evidence
    filterable: frozenset[str] = frozenset({"id"})
    alternate_key: str | None = None
    only_in_beta: frozenset[str] = frozenset()
    change: Callable[[Directory, str, Item, Caller], Directory] | None = None
    versions: frozenset[str] = frozenset({"v1.0", "beta"})


def _organization(_directory: Directory, organization: Organization, _alone: bool) -> Item:
    return {
        "id": organization.id,
        "deletedDateTime": None,
        "businessPhones": [],
        "city": None,
        "country": None,
        "countryLetterCode": organization.country_letter_code,
        "createdDateTime": written_time(organization.created),
        "defaultUsageLocation": None,
        "displayName": organization.display_name,
        "isMultipleDataLocationsForServicesEnabled": None,
        "marketingNotificationEmails": [],
        "onPremisesLastSyncDateTime": None,
        "onPremisesSyncEnabled": None,
        "partnerTenantType": None,
        "postalCode": None,
        "preferredLanguage": "en",
        "securityComplianceNotificationMails": [],
        "securityComplianceNotificationPhones": [],
        "state": None,
        "street": None,
        "technicalNotificationMails": [],
        "tenantType": "AAD",
        "directorySizeQuota": {"used": 100, "total": 300000},
        "privacyProfile": None,
        "assignedPlans": [],
        "provisionedPlans": [],
        "verifiedDomains": [
            {
                "capabilities": "Email, OfficeCommunicationsOnline",
                "isDefault": domain.is_default,
                "isInitial": domain.is_initial,
                "name": domain.name,
                "type": "Managed",
            }
            for domain in organization.verified_domains
        ],
    }


def _domain(_directory: Directory, domain: VerifiedDomain, _alone: bool) -> Item:
    return {
        "id": domain.name,
        "authenticationType": "Managed",
        "availabilityStatus": None,
        "isAdminManaged": True,
        "isDefault": domain.is_default,
        "isInitial": domain.is_initial,
        "isRoot": True,
        "isVerified": True,
        "model": None,
        "passwordNotificationWindowInDays": None,
        "passwordValidityPeriodInDays": None,
        "state": None,
        "supportedServices": ["Email", "OfficeCommunicationsOnline"],
    }


def _application(directory: Directory, application: Application, alone: bool) -> Item:
    initial = next((each.name for each in directory.organization.verified_domains if each.is_initial), None)
    return {
        "id": application.id,
        "deletedDateTime": None,
        "addIns": [],
        "api": {
            "acceptMappedClaims": None,
            "knownClientApplications": [],
            "oauth2PermissionScopes": [],
            "preAuthorizedApplications": [],
            "requestedAccessTokenVersion": None,
        },
        "appId": application.app_id,
        "appRoles": [],
        "applicationTemplateId": None,
        "certification": None,
        "createdDateTime": written_time(application.created),
        "defaultRedirectUri": None,
        "description": None,
        "disabledByMicrosoftStatus": None,
        "displayName": application.display_name,
        "groupMembershipClaims": None,
        "identifierUris": [],
        "info": {
            "logoUrl": None,
            "marketingUrl": None,
            "privacyStatementUrl": None,
            "supportUrl": None,
            "termsOfServiceUrl": None,
        },
        "isDeviceOnlyAuthSupported": None,
        "isFallbackPublicClient": None,
        "keyCredentials": [_key(each, alone) for each in application.key_credentials],
        "nativeAuthenticationApisEnabled": None,
        "notes": None,
        "optionalClaims": None,
        "parentalControlSettings": {"countriesBlockedForMinors": [], "legalAgeGroupRule": "Allow"},
        "passwordCredentials": [],
        "publicClient": {"redirectUris": []},
        "publisherDomain": initial,
        "requestSignatureVerification": None,
        "requiredResourceAccess": [],
        "samlMetadataUrl": None,
        "serviceManagementReference": None,
        "servicePrincipalLockConfiguration": None,
        "signInAudience": application.sign_in_audience,
        "spa": {"redirectUris": []},
        "tags": [],
        "tokenEncryptionKeyId": None,
        "uniqueName": None,
        "verifiedPublisher": {"addedDateTime": None, "displayName": None, "verifiedPublisherId": None},
        "web": {
            "homePageUrl": None,
            "implicitGrantSettings": {"enableAccessTokenIssuance": False, "enableIdTokenIssuance": False},
            "logoutUrl": None,
            "redirectUriSettings": [],
            "redirectUris": [],
        },
        "windows": None,
    }


def _key(key: KeyCredential, alone: bool) -> Item:
    return {
        "customKeyIdentifier": key.thumbprint_sha1.hex().upper(),
        "displayName": key.display_name or key.certificate.subject.rfc4514_string(),
        "endDateTime": written_time(key.valid_to),
        "key": base64.b64encode(key.der).decode("ascii") if alone else None,
        "keyId": key.key_id,
        "startDateTime": written_time(key.valid_from),
        "type": "AsymmetricX509Cert",
        "usage": "Verify",
    }


def _service_principal(directory: Directory, principal: ServicePrincipal, _alone: bool) -> Item:
    ours = directory.application(principal.app_id) is not None
    return {
        "id": principal.id,
        "deletedDateTime": None,
        "accountEnabled": principal.account_enabled,
        "addIns": [],
        "alternativeNames": [],
        "appDescription": None,
        "appDisplayName": principal.display_name,
        "appId": principal.app_id,
        # The home tenant of Microsoft's own applications.
        "appOwnerOrganizationId": directory.organization.id if ours else "f8cdef31-a31e-4b4a-93e4-5f571e91255a",
        "appRoleAssignmentRequired": False,
        "appRoles": [],
        "applicationTemplateId": None,
        "description": None,
        "disabledByMicrosoftStatus": None,
        "displayName": principal.display_name,
        "errorUrl": None,
        "homepage": None,
        "info": {
            "logoUrl": None,
            "marketingUrl": None,
            "privacyStatementUrl": None,
            "supportUrl": None,
            "termsOfServiceUrl": None,
        },
        "keyCredentials": [],
        "loginUrl": None,
        "logoutUrl": None,
        "notes": None,
        "notificationEmailAddresses": [],
        "oauth2PermissionScopes": [],
        "passwordCredentials": [],
        "preferredSingleSignOnMode": None,
        "preferredTokenSigningKeyThumbprint": None,
        "publisherName": directory.organization.display_name if ours else "Microsoft Services",
        "replyUrls": [],
        "resourceSpecificApplicationPermissions": [],
        "samlSingleSignOnSettings": None,
        "servicePrincipalNames": [principal.app_id],
        "servicePrincipalType": "Application",
        "signInAudience": "AzureADMyOrg" if ours else "AzureADMultipleOrgs",
        "tags": [],
        "tokenEncryptionKeyId": None,
        "verifiedPublisher": {"addedDateTime": None, "displayName": None, "verifiedPublisherId": None},
    }


COLLECTIONS: dict[str, Collection] = {
    row.segment: row
    for row in (
        Collection(
            segment="organization",
            entity="microsoft.graph.organization",
            items=lambda directory: (directory.organization,),
            show=_organization,
            evidence=documented("graph resources/organization, api/organization-list, api/organization-get"),
        ),
        Collection(
            segment="domains",
            entity="microsoft.graph.domain",
            items=lambda directory: directory.organization.verified_domains,
            show=_domain,
            evidence=documented("graph resources/domain, api/domain-list, api/domain-get"),
        ),
        Collection(
            segment="applications",
            entity="microsoft.graph.application",
            items=lambda directory: directory.applications,
            show=_application,
            evidence=documented("graph resources/application, api/application-list, -get, -update (204)"),
            filterable=frozenset({"id", "appId", "displayName", "signInAudience"}),
            alternate_key="appId",
            only_in_beta=frozenset({"windows"}),
            change=change_application,
        ),
        Collection(
            segment="servicePrincipals",
            entity="microsoft.graph.servicePrincipal",
            items=lambda directory: directory.service_principals,
            show=_service_principal,
            evidence=documented("graph resources/serviceprincipal, api/serviceprincipal-list, -get"),
            filterable=frozenset({"id", "appId", "displayName", "accountEnabled", "servicePrincipalType"}),
            alternate_key="appId",
            only_in_beta=frozenset({"errorUrl", "publisherName"}),
        ),
    )
}
