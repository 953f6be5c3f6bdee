-- whatif_cells: events that no price, policy or regime can tell apart, as one row.
--
-- in   {events}  as whatif_events gives them
-- out  {keys}; of the time, the sizes and other units those of one event, which are as good as any;
--      events, records (what a report counts as unpriced), requests and {sums}

select
    {keys}
    min(event_ts)      as event_ts,
    min(input_tokens)  as input_tokens,
    min(output_tokens) as least_output,
    min(other_units)   as other_units,
    count(*)           as events,
    cast(sum(case when requests > 1 then requests else 1 end) as bigint) as records,
    cast(coalesce(sum(requests), 0) as bigint)                           as requests,
    cast(coalesce(sum(input_tokens), 0) as bigint)                       as prompt_tokens,
    {sums}

from ({events}) as event

group by {groups}
