"""Schemas of OpsRamp's request bodies; `show` writes the parts that responses contain.

They are not integration types of MongoDB and stay out of the registry.
"""
