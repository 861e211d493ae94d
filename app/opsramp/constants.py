"""Constants of OpsRamp that are needed before its resources are."""

# Where tokens are issued: one is in the documentation, the other in clients (SPEC, CLIENT).
TOKENS = ("/auth/oauth/token", "/tenancy/auth/oauth/token")
WEBHOOKS = "/integrations/"

INBOUND, OUTBOUND = "INBOUND", "OUTBOUND"  # the modes of an integration
