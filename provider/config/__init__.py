"""The provider block: its schema, the merge with environment variables, the resulting settings."""
