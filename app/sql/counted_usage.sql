-- counted_usage: the usage that counts, so that no traffic is added twice.
--
-- in   usage_event
--      left_out  groups of events that do not count (scope_groups)
-- out  rows of usage_event
--
-- {undisputed} is a condition on events that no group holds, so that most need no look-up.

select usage_event.*

from usage_event

where {undisputed}

union all

select usage_event.*

from usage_event

left join left_out
    on  left_out.day = cast(usage_event.event_ts as date)
    and left_out.provider = usage_event.provider
    and left_out.gateway is not distinct from usage_event.gateway
    and left_out.billing is not distinct from usage_event.billing
    and left_out.account is not distinct from usage_event.account
    and left_out.called = coalesce(usage_event.endpoint, usage_event.model_raw)
    and left_out.series is not distinct from usage_event.series

where not ({undisputed})
    and left_out.day is null
