"""New Relic.

Ops Manager's documentation lists the type but not its attributes. These are Atlas's
(SPEC), which shows them unmasked (ISSUE, 2020; nothing newer is known).
"""

from opsemu.schemas.base import IntegrationSchema
from opsemu.schemas.fields import Text


class NewRelic(IntegrationSchema):
    type_name = "NEW_RELIC"
    list_order = 40
    example = {
        "accountId": "1234567",
        "licenseKey": "0123456789abcdef0123456789abcdef01234567",
        "readToken": "NRIQ-0123456789abcdef",
        "writeToken": "NRII-0123456789abcdef",
    }

    accountId = Text(required=True)
    licenseKey = Text(required=True)
    readToken = Text(required=True)
    writeToken = Text(required=True)
