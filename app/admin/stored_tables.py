"""The tables of all kinds of owners, of all vendors."""

from ..alerting import stored_tables as alerting
from ..mongodb import stored_tables as mongodb
from ..opsramp import stored_tables as opsramp
from ..store.layout import SETTINGS, STUBS
from ..worlds.settings import SettingsField
from ..worlds.stored_tables import Kinds, Table
from ..worlds.stub_schema import StoredStub

_SETTINGS = Table(SettingsField().deserialize, is_of_owner=True)
_STUBS = Table(StoredStub().load, key="id")
TABLES: Kinds = {
    **mongodb.TABLES,
    **alerting.TABLES,
    **opsramp.TABLES,
    SETTINGS: {SETTINGS: _SETTINGS},
    STUBS: {STUBS: _STUBS},
}
