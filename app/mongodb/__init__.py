"""Ops Manager, Cloud Manager and Atlas: a module per resource."""
