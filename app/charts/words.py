"""What dimensions and their values are called on the screen."""

from app.dimensions import NONE

NAMES = {
    "model": "Model",
    "team": "Team",
    "workload": "Workload",
    "api_key": "Key",
    "project": "Project",
    "service_tier": "Service tier",
    "context_band": "Context",
    "provider": "Provider",
    "price_version": "Price version",
    "unpriced_reason": "Why unpriced",
    "user": "User",
    "effort": "Effort",
    "region": "Region",
    "endpoint": "Endpoint",
    "gateway": "Gateway",
    "account": "Account",
    "source": "Log source",
    "model_raw": "Model as logged",
    "grain": "Grain",
    "series": "Bucket series",
    "billing": "Billing",
    "also_in": "Also logged in",
}

_ABSENT = {
    "unpriced_reason": "priced",
    "context_band": "not rated",
    "price_version": "not rated",
    "series": "request logs",
    "also_in": "one source alone",
}

_SPELLED = {"short": "short context", "long": "long context"}


def shown(value: str, dimension: str) -> str:
    """Return how a value is written in charts and tables."""
    if value == NONE:
        return _ABSENT.get(dimension, f"(no {NAMES[dimension].lower()})")
    if dimension == "context_band":
        return _SPELLED.get(value, value)
    return value.replace("_", " ") if dimension == "unpriced_reason" else value


def opening(value: str, dimension: str) -> str:
    """Return how a value is written at the start of a sentence; names stay as they are."""
    if value == NONE and dimension not in _ABSENT:
        return f"Usage without a {NAMES[dimension].lower()}"
    text = shown(value, dimension)
    return text[:1].upper() + text[1:] if text.replace(" ", "").isalpha() else text


def plural(dimension: str) -> str:
    """Return the plural of a dimension's name, in lower case."""
    irregular = {
        "context_band": "contexts",
        "unpriced_reason": "reasons",
        "model_raw": "logged models",
        "series": "bucket series",
        "billing": "kinds of billing",
        "also_in": "sets of sources",
    }
    return irregular.get(dimension, f"{NAMES[dimension].lower()}s")
