# `make demo` runs this against a simulated tenant on this machine; its variables are in the environment.
terraform {
  required_providers {
    microsoft365 = {
      source = "registry.terraform.io/local/microsoft365"
    }
  }
}

provider "microsoft365" {}

data "microsoft365_client_config" "current" {}

output "tenant" {
  value = {
    id      = data.microsoft365_client_config.current.tenant_id
    name    = data.microsoft365_client_config.current.tenant_display_name
    domains = data.microsoft365_client_config.current.verified_domains
  }
}

output "application" {
  value = {
    client_id = data.microsoft365_client_config.current.client_id
    object_id = data.microsoft365_client_config.current.object_id
    name      = data.microsoft365_client_config.current.display_name
  }
}

output "roles" {
  value = data.microsoft365_client_config.current.application_roles
}

output "certificate" {
  value = {
    thumbprint = data.microsoft365_client_config.current.certificate.thumbprint_sha1
    expires    = data.microsoft365_client_config.current.certificate.not_after
  }
}
