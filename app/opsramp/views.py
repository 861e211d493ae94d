"""OpsRamp's views: those below the API's prefix, and the token paths outside of it."""

from . import access, available, event_views, installed, login, mappings

RESOURCES = (available.bp, installed.bp, access.bp, mappings.bp, event_views.bp)
LOGIN = login.bp
