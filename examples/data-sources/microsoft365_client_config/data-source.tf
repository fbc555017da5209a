terraform {
  required_providers {
    microsoft365 = {
      source = "registry.terraform.io/local/microsoft365"
    }
  }
}

provider "microsoft365" {}

data "microsoft365_client_config" "current" {}

output "signed_in_as" {
  value = data.microsoft365_client_config.current.client_id
}

output "permissions" {
  value = data.microsoft365_client_config.current.application_roles
}
