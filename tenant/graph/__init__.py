"""Microsoft Graph, v1.0 and beta.

`collections.py` is the table of what there is: a new collection is a new row, with its permissions in
`permissions.json`. `endpoint.py` answers every request by that table; `errors.py` has every error with its words.
"""
