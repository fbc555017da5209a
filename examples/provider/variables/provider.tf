# Everything comes from the environment: M365_TENANT_ID, M365_AUTH_METHOD, M365_CLIENT_ID,
# M365_CLIENT_CERTIFICATE_FILE_PATH and M365_CLIENT_CERTIFICATE_PASSWORD; M365_CLOUD where it is not "public".
terraform {
  required_providers {
    microsoft365 = {
      source = "registry.terraform.io/local/microsoft365"
    }
  }
}

provider "microsoft365" {}
