"""The simulated tenant: Entra ID's token service and Microsoft Graph on loopback.

It checks what the provider does, so it shares no code with it. Each service has a folder of its own (`entra/`,
`graph/`); what they serve is the state in `directory.py`. Every route, refusal and rule states how its behaviour is
known: see `evidence.py`.
"""
