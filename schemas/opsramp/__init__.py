"""Bodies of OpsRamp's requests, and how their parts are shown.

They are not integration types: nothing here enters the registry.
"""
