"""Users, teams and invitations, and who of them is in which project or organization."""

INVITATION_LIFETIME = 30 * 24 * 3600.0  # seconds (RECORDED)
