"""Pages of OpenAI's admin endpoints, as a test writes them."""

DAY_S = 86_400
FIRST_DAY = 1788220800  # 2026-09-01

GROUPED = ("project_id", "user_id", "api_key_id", "model", "batch", "service_tier")


def page(*buckets: dict, **changes) -> dict:
    return {"object": "page", "data": list(buckets), "has_more": False, "next_page": None} | changes


def pulled(at: str, by: list[str], *buckets: dict, endpoint: str = "completions") -> dict:
    """Return a page as it is saved with what was asked for."""
    request = {"endpoint": endpoint, "bucket_width": "1d", "group_by": by}
    return page(*buckets, pulled_at=at, request=request)


def bucket(day: int, *results: dict, **changes) -> dict:
    start = FIRST_DAY + day * DAY_S
    times = {"start_time": start, "end_time": start + DAY_S}
    return {"object": "bucket", **times, "results": list(results)} | changes


def completions(given: int, out: int, **changes) -> dict:
    """Return a result of the completions endpoint, grouped by nothing but what is said."""
    return {
        "object": "organization.usage.completions.result",
        "input_tokens": given,
        "output_tokens": out,
        "num_model_requests": 1,
        **dict.fromkeys(GROUPED),
    } | changes


def cost(value: object, line_item: str | None = None, **changes) -> dict:
    return {
        "object": "organization.costs.result",
        "amount": {"value": value, "currency": "usd"},
        "line_item": line_item,
        "project_id": None,
    } | changes
