"""Entra ID: discovery documents, the key set and the token endpoint for client credentials.

`urls.py` is the table of addresses, `token.py` the order of checks, `assertion.py` and `chain.py` what is verified,
`refusals.py` every refusal with its words, `access_token.py` what is issued.
"""
