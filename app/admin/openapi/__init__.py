"""OpenAPI documents: of the admin API, and of the emulated APIs."""
