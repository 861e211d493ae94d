"""What httptools lets through and HTTP/1.1 does not (RFC 9112)."""

from http import HTTPStatus


class HttpParseError(Exception):
    """A request that is refused before it is complete; the connection ends with `status`."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status)
        self.status = status


def check_protocol(data: bytes) -> None:
    """Refuse the first line of RTSP and ICE, which httptools takes for HTTP/1.0."""
    line, end, _ = data.partition(b"\n")
    if end and line.endswith((b" RTSP/1.0\r", b" ICE/1.0\r")):
        raise HttpParseError(HTTPStatus.BAD_REQUEST)


def check_framing(
    version: str, method: bytes, target: bytes, names: list[bytes], values: dict[bytes, bytes]
) -> None:
    """Refuse what httptools lets through (sections 2.3, 3.2 and 6.1).

    `names` are those of all headers, `values` the last one of each name, both in lower case.
    """
    if version not in ("1.0", "1.1"):
        raise HttpParseError(HTTPStatus.HTTP_VERSION_NOT_SUPPORTED)
    hosts, coding = names.count(b"host"), values.get(b"transfer-encoding", b"chunked")
    is_bare = version == "1.0" and b"transfer-encoding" in values
    if hosts > 1 or (version == "1.1" and not hosts) or is_bare:
        raise HttpParseError(HTTPStatus.BAD_REQUEST)
    if target == b"*" and method != b"OPTIONS":
        raise HttpParseError(HTTPStatus.BAD_REQUEST)
    if coding.lower() != b"chunked":
        raise HttpParseError(HTTPStatus.NOT_IMPLEMENTED)
