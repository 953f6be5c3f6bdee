"""A share of cached input that the same work had before, restored."""

from models.levers.lever import Lever

#: A share counts as attained if a week had it with so many requests.
FEWEST_REQUESTS = 100

#: Below so many percentage points under the best week nothing is wrong.
GAP_PERCENT = 5

_INPUT = "coalesce(uncached_input_tokens, 0) + coalesce(cache_read_tokens, 0)"

LEVER = Lever(
    name="restore_cache",
    title="Bring the cached share back to its best week",
    gives_up="nothing: the same tokens at the cached price",
    how="keep what changes (time, user, ids) at the end of the prompt, the fixed part first",
    takes=f"attained_cached > coalesce(cache_read_tokens, 0) and service_tier <> 'batch' "
    f"and {_INPUT} > 0",
    changes={
        "uncached_input_tokens": f"{_INPUT} - attained_cached",
        "cache_read_tokens": "attained_cached",
    },
)
