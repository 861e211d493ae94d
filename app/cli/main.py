"""`opsemu`: runs the command line, and turns errors into one line and an exit code."""

import errno
import sys
from typing import NoReturn

import click

from ..api.printable import printable
from ..config import ConfigError
from .group import EX_CONFIG, EX_UNAVAILABLE, EX_USAGE, cli


def main() -> None:
    if sys.argv[1:2] == ["serve"]:  # starts sooner without the others
        from . import serve  # noqa: F401
    else:
        from . import verbs  # noqa: F401
    try:
        code = cli.main(prog_name="opsemu", standalone_mode=False)
    except click.UsageError as error:
        fail(EX_USAGE, error.format_message())
    except click.ClickException as error:
        fail(error.exit_code, error.format_message())
    except click.Abort:
        sys.exit(0)
    except Exception as error:
        from ..store import StateError, StateUnavailable
        from ..worlds.seed_errors import SeedError

        # The event loop fails once more when it is closed.
        if any(getattr(each, "errno", None) == errno.EMFILE for each in (error, error.__context__)):
            fail(EX_CONFIG, "too many open files: raise the limit (ulimit -n)")
        if not isinstance(error, (ConfigError, SeedError, StateError)):
            raise
        fail(EX_UNAVAILABLE if isinstance(error, StateUnavailable) else EX_CONFIG, str(error))
    sys.exit(code)


def fail(code: int, sentence: str) -> NoReturn:
    """Exit with a code and one line on stderr."""
    click.echo(f"opsemu: {printable(sentence)}", err=True)
    sys.exit(code)
