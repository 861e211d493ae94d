"""API keys: an organization's, a project's, and their access lists."""
