-- log_lines: requests as the lines of a log of Responses bodies, some of them bad.
--
-- in   usage  rows of traffic
-- out  line
--
-- One line in 200 stands there twice; one in 5,000 is cut off half-way, and one in
-- 5,000 says more cached tokens than input tokens.

with written as (

    select
        n,
        event_ts,
        to_json({
            id: event_id,
            object: 'response',
            created_at: epoch_us(event_ts) // 1000000,
            status: status,
            model: model_raw,
            service_tier: case service_tier
                when 'flex' then 'flex'
                when 'priority' then 'priority'
                when 'unknown' then 'auto'
                else 'default'
            end,
            usage: {
                input_tokens: input_tokens,
                input_tokens_details: {
                    cached_tokens: case when n % 5000 = 17 then input_tokens + 1 else cache_read_tokens end,
                    cache_write_tokens: coalesce(cache_write_tokens, 0)
                },
                output_tokens: output_tokens,
                output_tokens_details: {reasoning_tokens: reasoning_tokens},
                total_tokens: input_tokens + output_tokens
            },
            metadata: {team: team, project: project, user: user_id, workload: workload}
        })::varchar as text
    from usage

)

select case when n % 5000 = 3 then left(text, 150) else text end as line
from written, range(case when n % 200 = 11 then 2 else 1 end)
order by event_ts
