-- left_out_usage: how much was not counted, day by day, and what the two sides of a day hold.
--
-- in   selected  events of a question that do not count (disputed_usage)
-- out  one row per pool, day, reason and series: requests left out, and the
--      tokens of the whole pool in the logs and in the buckets

select
    biller,
    family,
    why,
    day,
    pool,
    series,
    counted_series,
    cast(sum(requests) as bigint)      as requests,
    cast(max(log_tokens) as bigint)    as log_tokens,
    cast(max(bucket_tokens) as bigint) as bucket_tokens

from selected

group by biller, family, why, day, pool, series, counted_series
