"""Flowdock, which Ops Manager had up to 5.0 (DOCS)."""

from collections.abc import Mapping
from typing import Any

from opsemu.schemas.base import IntegrationSchema
from opsemu.schemas.errors import ValidationFailure
from opsemu.schemas.fields import Secret, Text
from opsemu.schemas.profiles import EVERY, OPS_MANAGER


class Flowdock(IntegrationSchema):
    """The token comes back in clear, as in the documentation's example."""

    type_name = "FLOWDOCK"
    list_order = 70
    families = OPS_MANAGER
    until = "6.0"
    example = {"apiToken": "0123456789abcdef", "flowName": "my-flow", "orgName": "my-org"}

    apiToken = Secret(required=True, metadata={"clear_in": EVERY})
    flowName = Text(required=True)
    orgName = Text(required=True)

    def check(self, document: Mapping[str, Any]) -> None:
        """A flow's name has no spaces (DOCS)."""
        if " " in document["flowName"]:
            raise ValidationFailure("INVALID_FLOWDOCK_FLOW_NAME")
