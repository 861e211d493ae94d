"""New Relic.

Ops Manager's documentation lists the type but not its attributes. These are Atlas's
(SPEC), which shows them in clear (SPEC examples, ISSUE); Ops Manager masks keys (DOCS).
"""

from opsemu.schemas.base import IntegrationSchema
from opsemu.schemas.fields import Secret, Text
from opsemu.schemas.profiles import ATLAS

_CLEAR = {"clear_in": ATLAS}


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
    licenseKey = Secret(required=True, metadata=_CLEAR)
    readToken = Secret(required=True, metadata=_CLEAR)
    writeToken = Secret(required=True, metadata=_CLEAR)
