"""What the browser brings back, out of the bytes of its request. Anybody on this computer can send such bytes."""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl, urlsplit

#: Bytes of the longest request head that is read; a code has up to 256.
LONGEST: Final = 16_384
_REQUEST_LINE: Final = re.compile(rb"([A-Z]{1,16}) (/[\x21-\x7e]{0,8000}) HTTP/1\.[01]")
_HOST: Final = re.compile(rb"(?im)^host[ \t]*:[ \t]*([^\r\n]*?)[ \t]*\r?$")


@dataclass(frozen=True, slots=True)
class Callback:
    """The provider's answer: a `code`, or an `error` such as `access_denied`. `issuer` is empty when not said."""

    code: str = field(default="", repr=False)
    error: str = ""
    issuer: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An HTTP status for a request that is not the answer that is waited for."""

    status: int


@dataclass(frozen=True, slots=True)
class Expected:
    """What the right request has: the host with its port, the path, and the attempt's state."""

    host: str
    path: str
    state: str = field(repr=False)

    def read(self, head: bytes) -> Callback | Refusal:
        """The answer in a request's `head`, or why it is none."""
        line = _REQUEST_LINE.fullmatch(head.split(b"\r\n", 1)[0])
        if line is None:
            return Refusal(400)
        hosts = _HOST.findall(head)
        # A page of the internet whose name was made to lead here would say that name (DNS rebinding).
        if len(hosts) != 1 or hosts[0].decode("latin-1").lower() != self.host:
            return Refusal(403)
        target = urlsplit(line[2].decode("ascii"))
        if target.netloc or target.path != self.path:
            return Refusal(404)
        if line[1] != b"GET":
            return Refusal(405)
        return self._answer(target.query)

    def _answer(self, query: str) -> Callback | Refusal:
        try:
            pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=30, errors="strict")
        except ValueError:
            return Refusal(400)
        values = dict(pairs)
        said = values.get("state", "").encode("utf-8", "surrogatepass")
        # Compared whatever else is wrong, and in constant time.
        right = hmac.compare_digest(said, self.state.encode("ascii"))
        if not right or len(values) != len(pairs):
            return Refusal(400)
        code, error = values.get("code", ""), values.get("error", "")
        if bool(code) == bool(error) or len(code) > 2048:
            return Refusal(400)
        return Callback(code, error[:100], values.get("iss", ""))
