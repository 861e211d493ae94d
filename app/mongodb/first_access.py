"""What a client of a seed needs for its first call."""

from typing import NamedTuple

from ..worlds.seeds import Seed


class Access(NamedTuple):
    """What a client needs for its first call."""

    public_key: str
    private_key: str
    org_id: str
    group_id: str


def first_access(seed: Seed) -> Access:
    """The first key of a seed and the first project, for banners, examples and tests."""
    if not (seed["apiKeys"] and seed["projects"]):
        return Access("<public key>", "<private key>", "<organization>", "<project>")
    key, project = seed["apiKeys"][0], seed["projects"][0]
    return Access(key["publicKey"], key["privateKey"], project["orgId"], project["id"])
