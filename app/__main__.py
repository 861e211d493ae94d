"""`python -m opsemu` is the command line."""

from .cli.main import main

main()
