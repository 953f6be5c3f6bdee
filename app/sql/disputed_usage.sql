-- disputed_usage: the usage that does not count, and why.
--
-- in   usage_event
--      left_out  groups of events that do not count (scope_groups)
-- out  rows of usage_event, with the columns of left_out that say what they overlap with
--
-- {undisputed} as in counted_usage.

select
    usage_event.*,
    left_out.day,
    left_out.biller,
    left_out.family,
    left_out.pool,
    left_out.why,
    left_out.counted_series,
    left_out.log_tokens,
    left_out.bucket_tokens

from usage_event

join left_out
    on  left_out.day = cast(usage_event.event_ts as date)
    and left_out.provider = usage_event.provider
    and left_out.gateway is not distinct from usage_event.gateway
    and left_out.billing is not distinct from usage_event.billing
    and left_out.account is not distinct from usage_event.account
    and left_out.called = coalesce(usage_event.endpoint, usage_event.model_raw)
    and left_out.series is not distinct from usage_event.series

where not ({undisputed})
