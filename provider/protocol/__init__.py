"""The RPCs of Terraform's plugin protocol 6: a message in, a call down, a message out."""
