"""What go-plugin asks of a process: cookie, handshake line, mutual TLS, server, logs, life and death."""
