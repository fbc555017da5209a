"""Measures the provider against floors that the same machine shows at the same time.

    TERRAFORM=terraform python -m tools.bench [--runs N] [--only PART]

Prints a table and writes .build/bench.json: for each row what was measured, the same of its floor, their ratio and the
target. The variants of a row run in turn, so that a machine whose speed drifts is fair to both.
"""
