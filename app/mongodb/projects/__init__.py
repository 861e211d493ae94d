"""Organizations and projects ("groups" on the wire), and their settings."""
