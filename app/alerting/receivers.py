"""Where messages to services really go, if anywhere."""

from urllib.parse import unquote, urlsplit

from ..config import ConfigError
from ..worlds.known_names import unknown
from .sender import is_loopback
from .service import Message
from .services import SERVICES

_ADMIN = "__admin"  # a client that may store a URL may not use it as an operator


class Receivers:
    """The receivers on this machine: those in webhooks' URLs, and those of `deliver`.

    `deliver` is `PAGER_DUTY=http://127.0.0.1:9000,…`. Raises ConfigError for a service that
    gets no messages, and for an address that is not a loopback one.
    """

    def __init__(self, deliver: str) -> None:
        self._addresses: dict[str, str] = {}
        sent = [name for name, service in SERVICES.items() if service.compose]
        for pair in filter(None, deliver.split(",")):
            name, _, url = pair.strip().partition("=")
            if name not in sent:
                raise ConfigError(f"deliver: {unknown('service', name, sent)}")
            if not (url.startswith(("http://", "https://")) and is_loopback(url)):
                example = "http://127.0.0.1:9000"
                raise ConfigError(f"deliver: {name} needs a URL on this machine, as {example}")
            self._addresses[name] = url.rstrip("/")

    def url(self, type_name: str, message: Message) -> str:
        """The URL that is called for a message; empty if the service's fake answers it."""
        if address := self._addresses.get(type_name):
            parts = urlsplit(message.url)
            return f"{address}{parts.path}{f'?{parts.query}' if parts.query else ''}"
        is_called = is_loopback(message.url) and _ADMIN not in unquote(message.url)
        return message.url if is_called else ""
