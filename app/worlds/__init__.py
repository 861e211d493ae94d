"""Worlds: isolated universes on one server, each with a seed, a journal, faults and a clock."""
