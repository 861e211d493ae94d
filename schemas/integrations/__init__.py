"""One schema per integration type: a module is named like its type."""
