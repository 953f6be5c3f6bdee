-- traffic: requests `low` to `high - 1`, as rows of usage_event without model and rate_id.
--
-- in   period  starts, ends, ids: the model ids in use, as slots
--      drawn   one row: slots of tiers and regions, the first instant, microseconds
--              between requests
-- out  n, and the columns of usage_event
--
-- Every draw is a hash of n and of a number that names the draw.

with request as (

    select
        range as n,
        drawn.first_ts + to_microseconds(range * drawn.step_us)                as event_ts,
        drawn.tiers[1 + (hash(range * 32 + 1) % 1000)::int]                    as service_tier,
        drawn.regions[1 + (hash(range * 32 + 2) % 1000)::int]                  as region,
        1 + (hash(range * 32 + 3) % 1000)::int                                 as model_slot,
        -- Prompts from 60 to 2^18.5 tokens, log-uniform twice over: a long thin tail.
        60 + pow(2, 18.6 * greatest(hash(range * 32 + 4) % 1000003, hash(range * 32 + 5) % 600000)
                         / 1000003)::bigint                                    as input_tokens,
        20 + pow(2, 12.5 * (hash(range * 32 + 6) % 1000003) / 1000003)::bigint as output_tokens,
        hash(range * 32 + 7) % 100                                             as cached_percent,
        hash(range * 32 + 8) % 100                                             as written_percent,
        hash(range * 32 + 9) % 1000                                            as tool_draw,
        hash(range * 32 + 10)                                                  as person,
        hash(range * 32 + 11)                                                  as ident
    from range(low, high), drawn

),

dated as (

    select
        request.*,
        period.ids[request.model_slot] as model_raw
    from request
    join period on request.event_ts >= period.starts and request.event_ts < period.ends

),

metered as (

    select
        *,
        -- Caching starts at 1,024 tokens, in steps of 128; four requests of ten find nothing.
        case when input_tokens < 1024 or cached_percent < 40 then 0
             else least(cached_percent, 95) * input_tokens // 100 // 128 * 128
        end as cached
    from dated

)

select
    n,
    printf('resp_%016x%08x', ident, n % 4294967296)   as event_id,
    0                                                 as rank,
    event_ts,
    'openai'                                          as provider,
    cast(null as varchar)                             as gateway,
    model_raw,
    -- Pro is not sold with priority; a few still ask, as in real logs.
    case when service_tier = 'priority' and contains(model_raw, '-pro') and n % 8 <> 0
         then 'standard' else service_tier
    end                                               as service_tier,
    case when service_tier = 'unknown' then 'none' else 'response' end as service_tier_source,
    region,
    'responses'                                       as endpoint,
    'completed'                                       as status,
    'request'                                         as grain,
    true                                              as billable,
    1                                                 as requests,
    input_tokens,
    input_tokens - cached - coalesce(written, 0)      as uncached_input_tokens,
    cached                                            as cache_read_tokens,
    written                                           as cache_write_tokens,
    cast(null as bigint)                              as cache_write_long_tokens,
    output_tokens,
    case when tool_draw < 20 then 1 + tool_draw % 4 end        as web_search_calls,
    case when tool_draw between 20 and 25 then 1 end           as file_search_calls,
    cast(null as bigint)                              as container_sessions,
    output_tokens * (written_percent // 2) // 100     as reasoning_tokens,
    printf('project-%02d', person % 12)               as project,
    printf('team-%02d', person % 40)                  as team,
    printf('user-%03d', person % 400)                 as user_id,
    printf('key-%03d', person // 400 % 400)           as api_key,
    printf('workload-%02d', person // 40 % 15)        as workload,
    cast(null as varchar)                             as account,
    -- 64 conversations at a time, each of twelve requests; every fourth request is of none.
    case when n % 4 <> 3 then printf('session-%d', (n // 768) * 64 + n % 64) end as session,
    -- As a workload is set up.
    ['low', 'medium', 'high', 'xhigh', null][1 + (person // 40 % 15 % 5)::int] as effort,
    case when n % 3 = 0 then '{"env":"prod"}' end     as tags,
    cast(null as decimal(18, 12))                     as stated_cost_usd,
    cast(null as varchar)                             as flags,
    'openai_responses'                                as source,
    1                                                 as file_id,
    n + 1                                             as line

from (
    select *,
        -- From GPT-5.6 on, a response says what it wrote to the cache.
        case when starts_with(model_raw, 'gpt-5.6')
             then written_percent * (input_tokens - cached) // 100
        end as written
    from metered
)
