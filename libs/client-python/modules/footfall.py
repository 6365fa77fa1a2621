"""Calls over HTTP, the same for all classes of this client."""

import json
import os
import random
import time
import uuid
from typing import Any, Optional
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

_WORTH_REPEATING = (429, 502, 503, 504)
_LONGEST_PAUSE = 10.0


class FootfallError(Exception):
    """Footfall answered with an error.

    ``status`` is the HTTP status, ``code`` a stable machine-readable word such as ``link_not_found``, ``details`` a list
    that names the fields, ``request_id`` the request in the server's log.
    """

    def __init__(self, status: int, answer: dict):
        super().__init__(answer.get("error") or f"the server answered {status}")
        self.status = status
        self.code = answer.get("code", "unknown")
        self.details = answer.get("details", [])
        self.request_id = answer.get("request_id")


class NotFoundError(FootfallError):
    """404 and 410: it does not exist, any more."""


class NoAnswerError(Exception):
    """No answer at all: refused, broken off or too slow. ``__cause__`` says which."""


class Footfall:
    """Where Footfall answers, and how.

    ``base_url`` defaults to ``FOOTFALL_URL``, else ``http://localhost:5000``; ``api_key`` to ``FOOTFALL_API_KEY``.
    ``timeout`` is in seconds and bounds one try; ``retries`` counts further tries of calls that are safe to repeat.
    """

    def __init__(
        self,
        base_url: Optional[str] = None,
        api_key: Optional[str] = None,
        timeout: float = 30.0,
        retries: int = 3,
    ):
        self._base_url = (base_url or os.environ.get("FOOTFALL_URL") or "http://localhost:5000").rstrip("/")
        self._api_key = api_key or os.environ.get("FOOTFALL_API_KEY")
        self._timeout = timeout
        self._retries = retries

    def _get(self, path: str, **query: Any) -> Any:
        given = {name: value for name, value in query.items() if value is not None}
        return self._call("GET", path + ("?" + urlencode(given) if given else ""))

    def _call(self, method: str, path: str, body: Any = None, idempotency_key: Optional[str] = None) -> Any:
        """The JSON answer. Every call of this client is safe to repeat, so each is tried again after a failure that may pass."""
        for attempt in range(self._retries + 1):
            try:
                return self._try_once(method, path, body, idempotency_key)
            except (FootfallError, NoAnswerError) as error:
                if attempt == self._retries or not _may_pass(error):
                    raise
                time.sleep(_pause(attempt, error))
        raise AssertionError("unreachable")

    def _try_once(self, method: str, path: str, body: Any, idempotency_key: Optional[str]) -> Any:
        request = Request(self._base_url + path, method=method)
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        if self._api_key:
            request.add_header("Authorization", f"Bearer {self._api_key}")
        if idempotency_key:
            request.add_header("Idempotency-Key", idempotency_key)
        try:
            with urlopen(request, timeout=self._timeout) as response:
                return json.load(response)
        except HTTPError as error:
            raise _to_error(error) from None
        except (URLError, OSError) as error:
            raise NoAnswerError(f"no answer from {self._base_url}") from error


def part(identifier: str) -> str:
    """One part of a path, whatever it holds."""
    return quote(identifier, safe="")


def new_key() -> str:
    """An Idempotency-Key that no other call has."""
    return str(uuid.uuid4())


def _to_error(error: HTTPError) -> FootfallError:
    try:
        answer = json.load(error)
    except ValueError:
        answer = {}
    kind = NotFoundError if error.code in (404, 410) else FootfallError
    failure = kind(error.code, answer if isinstance(answer, dict) else {})
    failure.retry_after = error.headers.get("Retry-After")
    return failure


def _may_pass(error: Exception) -> bool:
    return isinstance(error, NoAnswerError) or error.status in _WORTH_REPEATING


def _pause(attempt: int, error: Exception) -> float:
    asked = getattr(error, "retry_after", None)
    own = 0.2 * 2**attempt * (0.5 + random.random())
    return min(_LONGEST_PAUSE, float(asked) if asked and asked.isdigit() else own)
