"""What an emulator with TLS needs: its SSLContext, and a file for its clients."""

import tempfile
import weakref
from pathlib import Path
from ssl import SSLContext
from typing import cast

from werkzeug.utils import import_string

from ..config import Config, ConfigError
from ..store.base import Backend


def load_tls(config: Config, host: str, backend: Backend) -> tuple[SSLContext | None, bytes]:
    """The `Tls` that the settings ask for, nothing without TLS; raises ConfigError, StateError."""
    if not (config.tls or config.tls_cert):
        return None, b""
    try:
        open_tls = import_string("opsemu.server.tls:open_tls")
    except ImportError:
        message = "TLS needs the package trustme: pip install 'trustme>=1.2'"
        raise ConfigError(message) from None
    return cast(tuple[SSLContext, bytes], open_tls(config, host, backend))


def write_ca_file(owner: object, certificate: bytes) -> str:
    """The path of a temporary file that lasts as long as its owner."""
    descriptor, path = tempfile.mkstemp(prefix="opsemu-ca-", suffix=".pem")
    with open(descriptor, "wb") as file:
        file.write(certificate)
    weakref.finalize(owner, Path(path).unlink, missing_ok=True)
    return path
