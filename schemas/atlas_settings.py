"""Documents of which an Atlas project has one each."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields, validate

from opsemu.schemas.base import Nested, ResourceSchema, VendorSchema
from opsemu.schemas.errors import ValidationFailure
from opsemu.schemas.fields import Flag, Text, Whole

_DAY = "ATLAS_INVALID_MAINTENANCE_WINDOW_DAY_OF_WEEK"
_HOUR = "ATLAS_INVALID_MAINTENANCE_WINDOW_HOUR_OF_DAY"


class Enabled(ResourceSchema):
    """A switch, which is off at first (INFERRED)."""

    enabled = Flag(required=True, dump_default=False)


class _Hours(VendorSchema):
    endHourOfDay = Whole()
    startHourOfDay = Whole()


class Window(ResourceSchema):
    """When Atlas may maintain the clusters; day 0 stands for no window (INFERRED, CLIENT)."""

    autoDeferOnceEnabled = Flag(dump_default=False)
    dayOfWeek = Whole(required=True, validate=validate.Range(1, 7, error=_DAY), dump_default=0)
    hourOfDay = Whole(validate=validate.Range(0, 23, error=_HOUR), dump_default=0)
    numberOfDeferrals = Whole(dump_default=0)
    protectedHours = Nested(_Hours)
    startASAP = Flag(dump_default=False)
    timeZoneId = fields.String(dump_only=True, dump_default="UTC")

    def check(self, document: Mapping[str, Any]) -> None:
        """Raise an error for a window without a day."""
        if "dayOfWeek" not in document:
            raise ValidationFailure("MISSING_ATTRIBUTE", "dayOfWeek")


class AuditLog(ResourceSchema):
    """What the clusters audit; the filter is a text, shown as it was sent (RECORDED)."""

    auditAuthorizationSuccess = Flag(dump_default=False)
    auditFilter = fields.String()
    configurationType = fields.String(dump_only=True)
    enabled = Flag(dump_default=False)

    def show(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """The document with its type, which tells of a filter."""
        kind = "FILTER_JSON" if document.get("auditFilter") else "NONE"
        return super().show({**document, "configurationType": kind})


class Settings(fields.Dict):
    """An object of any settings but those in `secrets`, which are neither kept nor shown."""

    def __init__(self, *secrets: str, **kwargs: Any) -> None:
        super().__init__(keys=fields.String(), **kwargs)
        self.secrets = secrets

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        loaded = super()._deserialize(value, *args, **kwargs)  # type: ignore[no-untyped-call]
        return {name: loaded[name] for name in sorted(loaded) if name not in self.secrets}


def _off(*names: str) -> dict[str, Any]:
    return {"dump_default": lambda: dict.fromkeys(names, False)}


class UserSecurity(ResourceSchema):
    """LDAP and X.509 of the clusters (RECORDED after a change, INFERRED before)."""

    customerX509 = Settings(dump_default=dict)
    ldap = Settings("bindPassword", **_off("authenticationEnabled", "authorizationEnabled"))


class EncryptionAtRest(ResourceSchema):
    """The customer's keys of the three clouds, all off at first (INFERRED)."""

    awsKms = Settings("secretAccessKey", **_off("enabled"))
    azureKeyVault = Settings("secret", **_off("enabled"))
    enabledForSearchNodes = Flag(dump_default=False)
    googleCloudKms = Settings("serviceAccountKey", **_off("enabled"))


class BackupCompliancePolicy(ResourceSchema):
    """What backups have to be; a project without a policy has an empty object (CLIENT)."""

    authorizedEmail = Text(required=True)
    authorizedUserFirstName = Text()
    authorizedUserLastName = Text()
    copyProtectionEnabled = Flag(dump_default=False)
    deletable = fields.Raw(dump_only=True, dump_default=False)
    encryptionAtRestEnabled = Flag(dump_default=False)
    onDemandPolicyItem = fields.Dict(keys=fields.String(), dump_default=None)
    pitEnabled = Flag(dump_default=False)
    projectId = Text(dump_only=True)
    restoreWindowDays = Whole(dump_default=0)
    scheduledPolicyItems = fields.List(fields.Dict(keys=fields.String()), dump_default=list)
    state = fields.String(dump_only=True, dump_default="ACTIVE")
    updatedDate = fields.String(dump_only=True)
    updatedUser = fields.String()

    def show(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """The policy, or an empty object."""
        if "updated" not in document:
            return {}
        more = {"projectId": document["groupId"], "updatedDate": document["updated"]}
        return super().show({**document, **more})


class Limit(ResourceSchema):
    """A limit of a project; `value` is its own, `defaultLimit` that of all projects (SPEC)."""

    currentUsage = fields.Integer(dump_only=True, dump_default=0)
    defaultLimit = fields.Integer(dump_only=True)
    name = fields.String(dump_only=True)
    value = Whole(required=True)
