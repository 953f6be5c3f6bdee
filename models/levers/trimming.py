"""Prompts just above the long-context threshold, trimmed to it.

The threshold is a cliff: one token more reprices the whole request.
"""

from models.levers.lever import Lever

#: Prompts up to so many percent above the threshold can be trimmed.
NEAR_PERCENT = 5

_NEAR = f"100 * input_tokens <= {100 + NEAR_PERCENT} * threshold"
_SURPLUS = "greatest(prompt_tokens - threshold * events, 0)"

_FAR = f"more than {NEAR_PERCENT} % above the threshold: the surcharge is the price of the context"

LEVER = Lever(
    name="trim_long_context",
    title="Trim prompts just above the long-context threshold",
    gives_up=f"the tokens above the threshold, at most {NEAR_PERCENT} % of a prompt",
    how="cut the oldest or least relevant part of the prompt before sending it",
    takes="input_tokens > threshold",
    changes={
        "input_tokens": "threshold",
        "uncached_input_tokens": f"case when {_NEAR} "
        f"then greatest(coalesce(uncached_input_tokens, 0) - {_SURPLUS}, 0) "
        "else uncached_input_tokens end",
    },
    blocks=((_FAR, f"not ({_NEAR})"),),
)
