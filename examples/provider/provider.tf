terraform {
  required_providers {
    microsoft365 = {
      source = "registry.terraform.io/local/microsoft365"
    }
  }
}

variable "client_certificate_password" {
  description = "The password of cert.pfx. Where it is null, M365_CLIENT_CERTIFICATE_PASSWORD counts."
  type        = string
  sensitive   = true
  default     = null
}

provider "microsoft365" {
  tenant_id   = "00000000-0000-0000-0000-000000000000"
  auth_method = "client_certificate"

  entra_id_options = {
    client_id                   = "00000000-0000-0000-0000-000000000000"
    client_certificate          = "${path.cwd}/cert.pfx"
    client_certificate_password = var.client_certificate_password
  }
}
