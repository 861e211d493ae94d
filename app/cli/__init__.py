"""The command line, `opsemu …`: a file for each group of verbs.

What takes long to import is imported where it is used, so that `opsemu --help` is quick.
"""
