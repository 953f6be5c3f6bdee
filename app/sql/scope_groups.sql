-- scope_groups: usage that request logs and buckets may both hold, and which of the two counts.
--
-- in   usage_event
-- out  one row per group of events on a day with buckets: what tells the group (day, provider,
--      gateway, billing, account, called, series), whose and what it is (biller, family), its pool,
--      what logs and buckets hold in that pool, and why it does not count: where logs come first
--      (unless_logs_first) and where buckets do; NULL where it counts
--
-- Pool. What may be the same traffic: one biller, family of endpoints, UTC day and account. Usage
--   that names no account may be any account's, and resold usage that names no vendor any vendor's.
--   A subscription plan is apart from what is metered.
-- Rule. Of a pool either the logs count or one series of buckets. A side without usage yields to
--   one that has some. Of several series the provider's own comes before a gateway's, one that names
--   models before one that does not, then the fullest, one that tells tiers, the one with most of
--   the labels that are asked for, the finest. Sums by tag hold a request once per tag, so they
--   come last.
-- Tools. Buckets of tool calls count beside logs that do not tell of such calls.
--
-- {labels} counts the labels asked for that a group has.

with daily as (

    select
        cast(event_ts as date)         as day,
        provider,
        gateway,
        billing,
        account,
        coalesce(endpoint, model_raw)  as called,
        series,
        max(model_raw)                 as any_model,
        max(case when service_tier = 'unknown' then 1 else 0 end) as any_unknown_tier,
        {labels}                       as labels,
        sum(requests)                  as requests,
        sum(uncached_input_tokens)     as uncached_input_tokens,
        sum(cache_read_tokens)         as cache_read_tokens,
        sum(cache_write_tokens)        as cache_write_tokens,
        sum(cache_write_long_tokens)   as cache_write_long_tokens,
        sum(output_tokens)             as output_tokens,
        sum(web_search_calls)          as web_search_calls,
        sum(file_search_calls)         as file_search_calls,
        sum(container_sessions)        as container_sessions,
        count(other_units)             as in_other_units

    from usage_event

    where billable and grain <> 'adjustment'
        and event_ts >= (select min(cast(event_ts as date)) from usage_event where series is not null)
        and event_ts < (
            select max(cast(event_ts as date)) + interval '1 day' from usage_event where series is not null)

    group by
        cast(event_ts as date), provider, gateway, billing, account, coalesce(endpoint, model_raw), series

),

added as (

    select
        daily.*,
        coalesce(uncached_input_tokens, 0) + coalesce(cache_read_tokens, 0)
            + coalesce(cache_write_tokens, 0) + coalesce(cache_write_long_tokens, 0)
            + coalesce(output_tokens, 0)                               as tokens,
        coalesce(web_search_calls, 0) + coalesce(file_search_calls, 0)
            + coalesce(container_sessions, 0) + in_other_units         as pieces

    from daily

),

classified as (

    select
        row_number() over (
            order by day, provider, gateway, billing, account, called, series)   as group_id,
        added.*,
        case when series is null then 'log' else 'bucket' end                    as side,
        case when billing = 'notional' then 1 else 0 end                         as plan,
        case
            when gateway = 'openrouter' and coalesce(billing, 'metered') <> 'byok' then gateway
            else provider
        end                                                                      as biller,
        case
            when split_part(series, ' ', 2) not in ('1m', '1h', '1d') then split_part(series, ' ', 2)
            when lower(called) like '%embed%'      then 'embeddings'
            when lower(called) like '%moderation%' then 'moderations'
            when lower(called) like '%image%'      then 'images'
            when lower(called) like '%speech%'     then 'audio_speeches'
            when lower(called) like '%transcri%'   then 'audio_transcriptions'
            when lower(called) like '%decision%'   then 'decisions'
            else 'completions'
        end                                                                      as family,
        case
            when tokens + pieces > 0 then 1
            when series is not null and requests > 0 then 1
            else 0
        end                                                                      as used

    from added

),

pooled as (

    select
        classified.*,
        max(case when account is null then 1 else 0 end) over (
            partition by day, biller, plan, family)       as any_account,
        max(case when provider = biller then 1 else 0 end) over (
            partition by day, biller, plan, family)       as any_vendor,
        max(case when account is null then 1 else 0 end) over (
            partition by day, biller, plan, family, side) as any_account_of_side,
        max(case when provider = biller then 1 else 0 end) over (
            partition by day, biller, plan, family, side) as any_vendor_of_side

    from classified

),

keyed as (

    select
        pooled.*,
        concat(biller, ' ', plan, ' ', family,
            case when any_account = 1 then '' else concat(' account ', account) end,
            case when any_vendor = 1 then '' else concat(' vendor ', provider) end)         as pool,
        concat(side,
            case when any_account_of_side = 1 then '' else concat(' account ', account) end,
            case when any_vendor_of_side = 1 then '' else concat(' vendor ', provider) end) as whose,
        case when gateway is null then 0 else 1 end                                         as is_gateways,
        case when series like '% by tag%' or series like '% by entity%' then 1 else 0 end   as repeats,
        case
            when series like '% 1m%' then 60
            when series like '% 1h%' then 3600
            else 86400
        end                                                                                 as width_s

    from pooled

),

summed as (

    select
        keyed.*,
        max(is_gateways) over (partition by day, pool, whose, series)       as series_is_gateways,
        max(any_model) over (partition by day, pool, whose, series)         as series_model,
        sum(tokens) over (partition by day, pool, whose, series)            as series_tokens,
        sum(requests + pieces) over (partition by day, pool, whose, series) as series_requests,
        max(any_unknown_tier) over (partition by day, pool, whose, series)  as series_unknown_tier,
        max(labels) over (partition by day, pool, whose, series)            as series_labels

    from keyed

),

ranked as (

    select
        summed.*,
        dense_rank() over (
            partition by day, pool, whose
            order by
                series_is_gateways,
                repeats,
                case when series_model = '' then 1 else 0 end,
                series_tokens desc,
                series_requests desc,
                series_unknown_tier,
                series_labels desc,
                width_s,
                length(series) - length(replace(series, ',', '')) desc,
                series
        ) as place

    from summed

),

weighed as (

    select
        ranked.*,
        max(case when side = 'log' then 1 else 0 end) over (partition by day, pool)       as has_log,
        max(case when side = 'bucket' then 1 else 0 end) over (partition by day, pool)    as has_bucket,
        max(case when side = 'log' then used else 0 end) over (partition by day, pool)    as log_used,
        max(case when side = 'bucket' then used else 0 end) over (partition by day, pool) as bucket_used,
        sum(case when side = 'log' then tokens else 0 end) over (partition by day, pool)  as log_tokens,
        sum(case when side = 'bucket' and place = 1 then tokens else 0 end) over (
            partition by day, pool)                                                       as bucket_tokens,
        max(case when side = 'bucket' and place = 1 then series end) over (
            partition by day, pool, whose)                                                as counted_series

    from ranked

),

settled as (

    select
        weighed.*,
        case
            when side = 'log' then case when log_used = 0 and bucket_used = 1 then 'buckets' end
            when log_used = 1 or (bucket_used = 0 and has_log = 1) then 'logs'
            when place > 1 then 'pulls'
        end as unless_logs_first,
        case
            when side = 'log' then case when bucket_used = 1 then 'buckets' end
            when bucket_used = 0 and has_log = 1 then 'logs'
            when place > 1 then 'pulls'
        end as unless_buckets_first

    from weighed

),

told as (

    select *, 'web_search_calls' as tool from settled where side = 'log' and web_search_calls is not null
    union all
    select *, 'file_search_calls' as tool from settled where side = 'log' and file_search_calls is not null
    union all
    select *, 'code_interpreter_sessions' as tool from settled where side = 'log' and container_sessions is not null

),

covered as (

    select
        settled.group_id,
        max(case when told.unless_logs_first is null then 'logs' end)    as unless_logs_first,
        max(case when told.unless_buckets_first is null then 'logs' end) as unless_buckets_first

    from settled

    join told
        on  told.day    = settled.day
        and told.biller = settled.biller
        and told.plan   = settled.plan
        and told.tool   = settled.family
        and (told.account = settled.account or told.account is null or settled.account is null)
        and (told.provider = settled.provider or told.provider = told.biller or settled.provider = settled.biller)

    where settled.side = 'bucket'

    group by settled.group_id

)

select
    settled.day,
    settled.provider,
    settled.gateway,
    settled.billing,
    settled.account,
    settled.called,
    settled.series,
    settled.biller,
    settled.family,
    settled.pool,
    settled.log_used,
    settled.log_tokens,
    settled.bucket_tokens,
    settled.counted_series,
    coalesce(covered.unless_logs_first, settled.unless_logs_first)       as unless_logs_first,
    coalesce(covered.unless_buckets_first, settled.unless_buckets_first) as unless_buckets_first

from settled

left join covered on covered.group_id = settled.group_id

where settled.has_bucket = 1
