"""Users, teams and invitations, and who of them is in which project or organization."""
