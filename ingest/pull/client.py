"""Asks an administration API for one page at a time, and asks again what may pass."""

import re
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Self

import httpx
import orjson

from ingest.pull.errors import BusyError, PullError, RefusedError
from ingest.pull.patience import Clock, Patience, asked_wait_s

OPENAI = "https://api.openai.com/v1"

Parameters = Sequence[tuple[str, str]]
Told = Callable[[str], None]

_AGAIN = frozenset({408, 409, 425, 429})
_KEY_LIKE = re.compile(r"\bsk-[\w*-]+")
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Answer:
    """A page as it was received, what it holds, and whose it is if the server says so."""

    body: bytes
    page: dict[str, Any]
    organization: str | None


class AdminClient:
    """A connection to an administration API. The key is sent to its host and goes nowhere else."""

    def __init__(
        self,
        key: str,
        base: httpx.URL,
        clock: Clock | None = None,
        patience: Patience | None = None,
        told: Told = lambda _: None,
    ) -> None:
        """Take what ``key_of`` and ``base_of`` found; nothing is asked yet."""
        self._key = key
        self.base = base
        self.clock = clock or Clock()
        self.patience = patience or Patience()
        self.told = told
        limits = httpx.Timeout(self.patience.silence_s, connect=self.patience.connect_s)
        try:
            self._http = httpx.Client(
                headers={
                    "Authorization": f"Bearer {key}",
                    "User-Agent": f"ratecard/{version('ratecard')}",
                },
                timeout=limits,
                follow_redirects=False,  # the key is for this host alone
            )
        except (ValueError, ImportError, OSError):
            raise PullError(
                "the network settings of the environment cannot be used; check HTTPS_PROXY, "
                "ALL_PROXY and SSL_CERT_FILE"
            ) from None

    def __enter__(self) -> Self:
        """Use the connection for many pages."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self._http.close()

    @property
    def host(self) -> str:
        """Who is asked."""
        return self.base.netloc.decode()

    def get(self, path: str, parameters: Parameters) -> Answer:
        """Return a page, after as many attempts as patience has.

        Raises:
            RefusedError: the endpoint is not for us.
            PullError: nothing can be got from this server now.
        """
        failures = 0
        while True:
            try:
                return self._once(path, parameters)
            except BusyError as busy:
                failures += 1
                self._wait(busy, failures)

    def _wait(self, busy: BusyError, failures: int) -> None:
        most = self.patience.attempts if busy.reached else self.patience.attempts_unreached
        if failures >= most:
            check = "" if busy.reached else "check the network and OPENAI_BASE_URL, then "
            raise PullError(
                f"{self.host} {busy}, {failures} times in a row; {check}run the same command "
                "again to go on"
            )
        wait = self.patience.wait_s(failures, self.clock.draw())
        if busy.wait_s is not None:
            if busy.wait_s > self.patience.longest_asked_s:
                raise PullError(
                    f"{self.host} {busy} and asks to wait {busy.wait_s / 60:.0f} minutes; run the "
                    "same command again then"
                )
            wait = max(wait, busy.wait_s)
        self.told(f"{self.host} {busy}; again in {wait:.0f} s")
        self.clock.sleep(wait)

    def _once(self, path: str, parameters: Parameters) -> Answer:
        address = self.base.copy_with(path=f"{self.base.path}/{path}")
        try:
            with self._http.stream("GET", address, params=list(parameters)) as response:
                body = self._read(response)
        except httpx.ConnectError as error:
            if _is_distrust(error):
                raise PullError(
                    f"the certificate of {self.host} cannot be verified; name your authority's "
                    "in SSL_CERT_FILE"
                ) from None
            raise BusyError("cannot be reached", reached=False) from None
        except (httpx.ConnectTimeout, httpx.ProxyError):
            raise BusyError("cannot be reached", reached=False) from None
        except httpx.TimeoutException:
            raise BusyError(f"was silent for {self.patience.silence_s:.0f} s") from None
        except (httpx.NetworkError, httpx.RemoteProtocolError, httpx.DecodingError):
            raise BusyError("broke off its answer") from None
        if response.status_code != httpx.codes.OK:
            raise self._refusal(path, response, body)
        return self._answer(response, body)

    def _read(self, response: httpx.Response) -> bytes:
        ends = self.clock.elapsed() + self.patience.page_s
        pieces = []
        for piece in response.iter_bytes():
            pieces.append(piece)
            if self.clock.elapsed() > ends:
                raise BusyError(f"took longer than {self.patience.page_s:.0f} s for a page")
        return b"".join(pieces)

    def _answer(self, response: httpx.Response, body: bytes) -> Answer:
        if "html" in response.headers.get("content-type", ""):
            raise PullError(
                f"{self.host} answers with a web page; check OPENAI_BASE_URL and the network"
            )
        if self._key.encode() in body:
            raise PullError(f"{self.host} sends the key back; nothing of that is saved")
        try:
            page = orjson.loads(body)
        except orjson.JSONDecodeError:
            raise BusyError("sent JSON that is not whole") from None
        if not isinstance(page, dict):
            raise PullError(f"{self.host} answers with something that is no page of buckets")
        return Answer(body, page, response.headers.get("openai-organization"))

    def _refusal(self, path: str, response: httpx.Response, body: bytes) -> Exception:
        code = response.status_code
        if code in _AGAIN or code >= httpx.codes.INTERNAL_SERVER_ERROR:
            headers = response.headers
            asked = asked_wait_s(
                headers.get("retry-after-ms"), headers.get("retry-after"), self.clock.now()
            )
            return BusyError(f"answers {code} {response.reason_phrase.lower()}".strip(), asked)
        said = self._said(body)
        match code:
            case httpx.codes.UNAUTHORIZED:
                return PullError(
                    f"{self.host} does not know the key in OPENAI_ADMIN_KEY (401){said}; an "
                    "organisation owner makes one under Settings, Admin keys"
                )
            case httpx.codes.FORBIDDEN:
                return RefusedError(
                    f"the key in OPENAI_ADMIN_KEY may not read {path} (403){said}; it must be an "
                    "admin key with the permission api.usage.read",
                    is_missing=False,
                )
            case httpx.codes.NOT_FOUND:
                sentence = f"{self.host} does not offer {path} (404){said}"
                return RefusedError(sentence, is_missing=True)
        if code < httpx.codes.BAD_REQUEST:
            return PullError(
                f"{self.host} sends us elsewhere ({code}), and the key goes nowhere else; check "
                "OPENAI_BASE_URL"
            )
        return PullError(f"{self.host} refuses to answer {path} ({code}){said}")

    def _said(self, body: bytes) -> str:
        """Return what the server says of an error, in brief, and never with a key."""
        try:
            message = orjson.loads(body)["error"]["message"]
        except (orjson.JSONDecodeError, KeyError, TypeError):
            return ""
        text = " ".join(str(message).replace(self._key, "(key)").split())
        text = _KEY_LIKE.sub("(key)", text).rstrip(".")
        return f", saying: {text[:200]}" if text.isprintable() and text else ""


def key_of(environment: Mapping[str, str]) -> str:
    """Return the admin key of an environment.

    Raises:
        PullError: there is none, or it can be no key.
    """
    key = environment.get("OPENAI_ADMIN_KEY", "").strip()
    if not key:
        raise PullError(
            "the environment has no OPENAI_ADMIN_KEY; an organisation owner makes an admin key "
            "under Settings, Admin keys"
        )
    # What a header may not hold would be shown in an error of the HTTP library.
    if not re.fullmatch(r"[!-~]+", key):
        raise PullError("OPENAI_ADMIN_KEY holds characters that no key has; set it again")
    return key


def base_of(environment: Mapping[str, str]) -> httpx.URL:
    """Return the base address of an environment: ``OPENAI_BASE_URL``, else OpenAI's own.

    Raises:
        PullError: it is no address.
    """
    named = environment.get("OPENAI_BASE_URL", "").strip() or OPENAI
    try:
        address = httpx.URL(named)
    except httpx.InvalidURL:
        address = httpx.URL("")
    if address.scheme not in {"http", "https"} or not address.host or address.userinfo:
        raise PullError(f"OPENAI_BASE_URL must be an address such as {OPENAI}, without a user name")
    return httpx.URL(
        scheme=address.scheme,
        host=address.host,
        port=address.port,
        path=address.path.rstrip("/") or "/v1",
    )


def is_unencrypted(base: httpx.URL) -> bool:
    """Tell whether a key would cross a network in clear text."""
    return base.scheme == "http" and base.host not in _HERE


def _is_distrust(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False
