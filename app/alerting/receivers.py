"""The setting `deliver`: where the messages to services really go."""

from ..config import ConfigError
from ..worlds.known_names import unknown
from .sender import is_loopback
from .services import SERVICES


def read_receivers(text: str) -> dict[str, str]:
    """URLs by the typeName of services, of `PAGER_DUTY=http://127.0.0.1:9000,…`.

    Raises ConfigError for a service that gets no messages, and an address that is not a
    loopback one.
    """
    receivers = {}
    sent = [name for name, service in SERVICES.items() if service.compose]
    for pair in filter(None, text.split(",")):
        name, _, url = pair.strip().partition("=")
        if name not in sent:
            raise ConfigError(f"deliver: {unknown('service', name, sent)}")
        if not (url.startswith(("http://", "https://")) and is_loopback(url)):
            raise ConfigError(
                f"deliver: {name} needs a URL on this machine, as http://127.0.0.1:9000"
            )
        receivers[name] = url
    return receivers
