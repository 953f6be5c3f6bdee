"""What the libraries of object stores raise, said in one sentence."""

from collections.abc import Iterator
from http import HTTPStatus

_NO_CREDENTIALS = {
    "ClientAuthenticationError",
    "CredentialRetrievalError",
    "CredentialUnavailableError",
    "DefaultCredentialsError",
    "NoAuthTokenError",
    "NoCredentialsError",
    "PartialCredentialsError",
    "RefreshError",
}
_UNREACHABLE = {
    "ClientConnectionError",
    "ConnectTimeoutError",
    "ConnectionError",
    "EndpointConnectionError",
    "ServiceRequestError",
    "TimeoutError",
    "gaierror",
}
_BROKEN_OFF = {
    "ClientPayloadError",
    "IncompleteReadError",
    "IncompleteRead",
    "ReadTimeoutError",
    "ResponseStreamingError",
    "ServerDisconnectedError",
    "SocketTimeoutError",
    "ServiceResponseError",
}
_HINTS = {
    "s3": "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; "
    "for a public bucket FSSPEC_S3_ANON=true",
    "gs": "run gcloud auth application-default login, or set GOOGLE_APPLICATION_CREDENTIALS",
    "gcs": "run gcloud auth application-default login, or set GOOGLE_APPLICATION_CREDENTIALS",
}
_AZURE_HINT = (
    "set AZURE_STORAGE_ACCOUNT_NAME, and AZURE_STORAGE_ACCOUNT_KEY unless az login was run"
)


def told(error: BaseException, shown: str, secret: str) -> str:
    """Say why an object cannot be had.

    Args:
        error: What a library raised.
        shown: The object's address, as it may be shown.
        secret: The address it was asked by, which is not shown.
    """
    chain = list(_causes(error))
    status = next((code for each in chain if (code := _status(each))), None)
    if any(_is(each, _BROKEN_OFF) for each in chain):
        why = "cannot be read: the connection broke off; load it again"
    elif any(_is(each, _NO_CREDENTIALS) for each in chain) or "account_name" in str(error):
        why = f"cannot be read: no valid credentials; {_hint(shown)}"
    elif status not in {None, HTTPStatus.NOT_FOUND}:
        why = f"cannot be read: the server answered {_phrase(int(status or 0))}"
    elif any(_is(each, _UNREACHABLE) for each in chain):
        why = "cannot be reached"
    elif status or any(isinstance(each, FileNotFoundError) for each in chain):
        why = f"does not exist{_which(chain)}"
    elif any(isinstance(each, PermissionError) for each in chain):
        why = "cannot be read: access is refused"
    else:
        why = f"cannot be read: {_first_line(error).replace(secret, shown)}"
    return f"{shown} {why}"


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def _is(error: BaseException, names: set[str]) -> bool:
    return bool(names & {cls.__name__ for cls in type(error).__mro__})


def _status(error: BaseException) -> int | None:
    for name in ("status", "status_code", "code"):
        value = getattr(error, name, None)
        if isinstance(value, int) and value >= HTTPStatus.BAD_REQUEST:
            return value
    return None


def _phrase(status: int) -> str:
    known = {each.value: each.phrase for each in HTTPStatus}
    return f"{status} {known.get(status, '')}".strip()


def _which(chain: list[BaseException]) -> str:
    missing = any("bucket" in str(each).lower() and "exist" in str(each) for each in chain)
    return ": there is no such bucket" if missing else ""


def _hint(shown: str) -> str:
    return _HINTS.get(shown.partition("://")[0].lower(), _AZURE_HINT)


def _first_line(error: BaseException) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    text = str(error).strip()
    return text.splitlines()[0] if text else type(error).__name__
