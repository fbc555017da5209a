"""The one way out of the process: TLS trust, proxies, time limits, and network failures as diagnostics."""
