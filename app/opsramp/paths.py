"""The paths of OpsRamp that are outside of its API's prefix."""

# Where tokens are issued: one is in the documentation, the other in clients (SPEC, CLIENT).
TOKENS = ("/auth/oauth/token", "/tenancy/auth/oauth/token")
WEBHOOKS = "/integrations/"
