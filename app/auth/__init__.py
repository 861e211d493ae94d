"""Credential checks without Flask: digest, nonces, API keys, tokens."""
