"""`python -m opsemu` is the command line."""

from .cli import main

main()
