"""The tables of all kinds of owners, of all vendors."""

from ..mongodb import stored_tables as mongodb
from ..opsramp import stored_tables as opsramp
from ..worlds.stored_tables import Kinds

TABLES: Kinds = {**mongodb.TABLES, **opsramp.TABLES}
