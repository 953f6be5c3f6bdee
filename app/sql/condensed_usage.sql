-- condensed_usage: events that no price and no dimension can tell apart, as one row.
--
-- in   {counted}  the events that count
-- out  one row per group, in the columns of an event: {meters} and requests summed; of the time, the
--      prompt size and other units those of one event, which are as good as any for the price
--
-- {keys} are what usage is asked by and named by. {cuts} part what may be priced differently: by
-- day, by changes of price within one, by prompt size, and by which meters are used at all. Sums
-- stay whole numbers. An event that stands for no request stays by itself: a report counts it as
-- one record, and would count a group of them as one.

select
    {keys},
    min(event_ts)                  as event_ts,
    min(input_tokens)              as input_tokens,
    min(other_units)               as other_units,
    cast(sum(requests) as bigint)  as requests,
    {meters},
    null                           as model,
    null                           as rate_id

from {counted}

group by
    {keys},
    {cuts},
    other_units is null,
    case when requests < 1 then event_id end
