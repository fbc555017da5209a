"""Terraform's own rules for what a provider answers, written down again from its source, apart from the framework.

The provider plans with code of its own; this is the judge, so it shares none of that: it knows the declarations
(`schema.py`), the types and what a value is in Python, nothing else. Source: Terraform's `internal/plans/objchange` and
`internal/terraform/node_resource_abstract_instance.go`; for values, cty.
"""
