# The certificate itself instead of a path: base64 of a PKCS#12 file, or PEM text with certificate and key. Give the
# variable as TF_VAR_client_certificate_data, or leave client_certificate_data out and set M365_CLIENT_CERTIFICATE_DATA.
terraform {
  required_providers {
    microsoft365 = {
      source = "registry.terraform.io/local/microsoft365"
    }
  }
}

variable "client_certificate_data" {
  description = "The client certificate with its private key: base64 of a PKCS#12 file, or PEM text."
  type        = string
  sensitive   = true
}

variable "client_certificate_password" {
  description = "The password of the certificate, where it has one."
  type        = string
  sensitive   = true
  default     = null
}

provider "microsoft365" {
  tenant_id   = "00000000-0000-0000-0000-000000000000"
  auth_method = "client_certificate"

  entra_id_options = {
    client_id                   = "00000000-0000-0000-0000-000000000000"
    client_certificate_data     = var.client_certificate_data
    client_certificate_password = var.client_certificate_password
  }
}
