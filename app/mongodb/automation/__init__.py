"""Ops Manager automation: a project's configuration, and all that follows from it.

Agents and databases are not run: what they would report is computed from the configuration
and the world's clock at the moment of the read.
"""
