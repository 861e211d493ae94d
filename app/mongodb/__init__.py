"""Ops Manager, Cloud Manager and Atlas: one module per resource."""
