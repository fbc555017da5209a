"""What a checkout needs besides the provider: run by the Makefile, not shipped."""
