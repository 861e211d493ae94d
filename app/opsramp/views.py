"""OpsRamp's views: those below the API's prefix, and the token paths outside of it."""

from . import access, available, events, installed, login, mappings

RESOURCES = (available.bp, installed.bp, access.bp, mappings.bp, events.bp)
LOGIN = login.bp
