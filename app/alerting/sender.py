"""Calls receivers on this machine: one thread for each, so that its deliveries keep their order."""

import http.client
import ipaddress
import logging
import socket
import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Lock, Timer
from urllib.parse import urlsplit

from .service import Answer, Message

TIMEOUT = 5.0  # seconds for the whole of a call
MAX_ANSWER = 64 * 1024  # bytes of an answer that are kept
MAX_RECEIVERS = 100  # that have a thread each

log = logging.getLogger("opsemu")


class NotLoopback(Exception):
    """A receiver that is not on this machine, which is never called."""


def loopback_address(url: str) -> str:
    """The address that a URL's host stands for; raises NotLoopback.

    Names are resolved only if they are `localhost` or end in `.localhost`: to ask a name
    server for another would be an outbound connection.
    """
    host = (urlsplit(url).hostname or "").lower().rstrip(".")
    if host == "localhost" or host.endswith(".localhost"):
        infos = socket.getaddrinfo("localhost", None, type=socket.SOCK_STREAM)
        addresses = [str(info[4][0]) for info in infos]
    else:
        addresses = [host]
    for address in addresses:
        try:
            if ipaddress.ip_address(address).is_loopback:
                return address
        except ValueError:
            continue
    raise NotLoopback(host)


def is_loopback(url: str) -> bool:
    """Whether a URL leads to this machine."""
    try:
        return bool(loopback_address(url))
    except (NotLoopback, ValueError, OSError):
        return False


def call(message: Message) -> Answer:
    """Send a message once, and follow no redirect.

    Raises NotLoopback, OSError, ValueError or HTTPException.
    """
    parts = urlsplit(message.url)
    address = loopback_address(message.url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    if parts.scheme == "https":  # certificates of test servers are made by themselves
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(
            address, port, timeout=TIMEOUT, context=context
        )
    else:
        connection = http.client.HTTPConnection(address, port, timeout=TIMEOUT)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    end = Timer(TIMEOUT, _hang_up, (connection,))  # a receiver may answer a byte now and then
    end.start()
    try:
        connection.putrequest(message.method, target, skip_host=True, skip_accept_encoding=True)
        headers = {"Host": parts.netloc.rpartition("@")[2], **message.headers}
        for name, value in {**headers, "Content-Length": str(len(message.body))}.items():
            connection.putheader(name, value)
        connection.endheaders(message.body)
        response = connection.getresponse()
        return Answer(response.status, response.read(MAX_ANSWER).decode("utf-8", "replace"))
    finally:
        end.cancel()
        connection.close()


def _hang_up(connection: http.client.HTTPConnection) -> None:
    with suppress(OSError, AttributeError):  # it is closed, or not open yet
        connection.sock.shutdown(socket.SHUT_RDWR)


class Sender:
    """Sends messages off the request, those to one receiver one after the other."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._threads: dict[str, ThreadPoolExecutor] = {}

    def send(self, message: Message, done: Callable[[Answer | None, str], None]) -> None:
        """Send a message; `done` gets the answer, or None and the reason why there is none."""
        receiver = urlsplit(message.url).netloc
        with self._lock:
            if receiver not in self._threads and len(self._threads) >= MAX_RECEIVERS:
                receiver = next(iter(self._threads))
            thread = self._threads.setdefault(receiver, ThreadPoolExecutor(1, "opsemu-delivery"))
        thread.submit(self._send, message, done)

    def close(self) -> None:
        """Drop what was not sent yet; it stays in the inbox as waiting."""
        with self._lock:
            for thread in self._threads.values():
                thread.shutdown(wait=False, cancel_futures=True)
            self._threads.clear()

    def _send(self, message: Message, done: Callable[[Answer | None, str], None]) -> None:
        try:
            answer, problem = call(message), ""
        except NotLoopback:
            answer, problem = None, "the receiver is not on this machine, and is never called"
        except (OSError, http.client.HTTPException, ValueError) as error:
            answer, problem = None, f"the receiver did not answer: {type(error).__name__}"
        try:
            done(answer, problem)
        except Exception as error:
            log.error("what a receiver answered was not kept: %r", error)
