"""Terraform's own rules as pure functions and values: no I/O, no gRPC, no Microsoft."""
