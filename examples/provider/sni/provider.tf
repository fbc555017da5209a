# The application trusts a subject name and issuer (SNI): the sign-in carries the whole chain, so the file must hold
# the certificate with its key and every intermediate certificate.
terraform {
  required_providers {
    microsoft365 = {
      source = "registry.terraform.io/local/microsoft365"
    }
  }
}

variable "client_certificate_password" {
  description = "The password of chain.pfx. Where it is null, M365_CLIENT_CERTIFICATE_PASSWORD counts."
  type        = string
  sensitive   = true
  default     = null
}

provider "microsoft365" {
  tenant_id   = "00000000-0000-0000-0000-000000000000"
  auth_method = "client_certificate"

  entra_id_options = {
    client_id                   = "00000000-0000-0000-0000-000000000000"
    client_certificate          = "${path.cwd}/chain.pfx"
    client_certificate_password = var.client_certificate_password
    send_certificate_chain      = true
  }
}
