-- portkey: Portkey's log exports.
--
-- recognised:
--   has ai_model
--   has req_units
-- formats: json
-- wrapped: no
-- reads:
--   id                     VARCHAR
--   trace_id               VARCHAR
--   created_at             VARCHAR
--   ai_org                 VARCHAR
--   ai_model               VARCHAR
--   req_units              VARCHAR
--   res_units              VARCHAR
--   total_units            VARCHAR
--   cost                   VARCHAR
--   cost_currency          VARCHAR
--   is_success             VARCHAR
--   response_status_code   VARCHAR
--   request_url            VARCHAR
--   cache_status           VARCHAR
--   virtual_key            VARCHAR
--   workspace_slug         VARCHAR
--   metadata               JSON
--   response               JSON
--   response.body          JSON
-- key: the id in the response where responses are exported, else the id of the log
-- counts: the response's own where responses are exported; else two numbers without a cached split
-- tier: service_tier of the response where responses are exported
-- traps:
--   Cost is in cents, and not always in dollars.
--   Of Anthropic calls the request units leave the cache out and the total has it: what the total has more is input.
--   An answer from Portkey's cache has the id of the first response, and cost nothing at the provider.
--   Which fields an export has was chosen when it was made.
--
-- in   record(body, envelope)
-- out  one row per record, counts as reported

with told as (

    select
        body,
        envelope,
        coalesce(body."response.body", json_extract(body.response, '$.body'), body.response) as answer,
        try_cast(body.req_units as bigint)                                as req_n,
        try_cast(body.res_units as bigint)                                as res_n,
        try_cast(body.total_units as bigint)                              as total_n

    from record

),

read as (

    select
        *,
        case
            when answer is not null then json_extract_string(answer, [
                '$.id', '$.service_tier', '$.model',
                '$.usage.prompt_tokens', '$.usage.input_tokens',
                '$.usage.completion_tokens', '$.usage.output_tokens',
                '$.usage.prompt_tokens_details.cached_tokens', '$.usage.input_tokens_details.cached_tokens', '$.usage.cache_read_input_tokens',
                '$.usage.prompt_tokens_details.cache_write_tokens', '$.usage.input_tokens_details.cache_write_tokens', '$.usage.cache_creation_input_tokens',
                '$.usage.completion_tokens_details.reasoning_tokens', '$.usage.output_tokens_details.reasoning_tokens',
                '$.usage.total_tokens', '$.usage.cache_creation.ephemeral_1h_input_tokens',
                '$.reasoning.effort', '$.conversation.id', '$.prompt_cache_key'])
        end                                                               as said

    from told

),

counted as (

    select
        *,
        coalesce(said[4], said[5])                                        as said_input,
        coalesce(said[6], said[7])                                        as said_output,
        coalesce(said[8], said[9], said[10])                              as said_read,
        coalesce(said[11], said[12], said[13])                            as said_write,
        coalesce(try_cast(coalesce(said[8], said[9], said[10]) as bigint), 0)
            + coalesce(try_cast(coalesce(said[11], said[12], said[13]) as bigint), 0) as said_cache_n,
        coalesce(nullif(body.req_units, '0'), nullif(body.res_units, '0')) is not null as has_counts,
        upper(body.cache_status) in ('HIT', 'SEMANTIC HIT') is not true   as is_fresh

    from read

),

weighed as (

    -- Anthropic's own usage, and what Portkey makes of it, has the cache beside the input.
    select
        *,
        coalesce(
            (said[4] is null and said[9] is null and said[12] is null)
            or said_cache_n > try_cast(said_input as bigint)
            or (said_cache_n > 0 and try_cast(said[16] as bigint)
                = try_cast(said_input as bigint) + try_cast(said_output as bigint) + said_cache_n), false) as cache_beside

    from counted

)

select
    coalesce(
        case when is_fresh then nullif(regexp_extract(said[1], '^(chatcmpl-|cmpl-|resp_|msg_|gen-)[A-Za-z0-9_-]+$'), '') end,
        'portkey:' || coalesce(body.id, body.trace_id || ':' || body.created_at)) as event_id,
    case
        when said_input is not null then 28
        when has_counts then 22
        else 1
    end                                                   as rank,
    body.created_at                                       as time,
    coalesce(traced_vendor(nullif(body.ai_org, ''), body.ai_model), 'unknown') as provider,
    'portkey'                                             as gateway,
    coalesce(said[3], body.ai_model)                      as model_raw,
    said[2]                                               as tier_reported,
    body.request_url                                      as base_url,
    endpoint_of(regexp_extract(body.request_url, '^https?://[^/?]+(/[^?]*)', 1)) as endpoint,
    body.response_status_code                             as status,
    is_fresh                                              as billable,
    case
        when has_counts or said_input is not null then null
        when try_cast(body.response_status_code as integer) >= 400 or body.is_success in ('0', 'false')
            then 'failed request without tokens'
        when not is_fresh then 'answered from the gateway''s cache'
    end                                                   as not_usage,
    not has_counts and said_input is null                 as usage_missing,
    case
        when said_input is not null then case when not cache_beside then said_input end
        when total_n > req_n + res_n then cast(total_n - res_n as varchar)
        when has_counts then body.req_units
    end                                                   as input_reported,
    case when said_input is not null and cache_beside then said_input end as uncached_reported,
    said_read                                             as cache_read_reported,
    said_write                                            as cache_write_reported,
    said[17]                                              as cache_write_long_reported,
    case
        when said_input is not null then coalesce(said_output, '0')
        when has_counts then body.res_units
    end                                                   as output_reported,
    coalesce(said[14], said[15])                          as reasoning_reported,
    body.workspace_slug                                   as project,
    json_extract_string(body.metadata, '$._user')         as user_id,
    body.virtual_key                                      as api_key_name,
    said[18]                                              as effort,
    said[19]                                              as session,
    coalesce(nullif(said[20], ''), body.trace_id)         as prefix_key,
    body.metadata                                         as body_metadata,
    case
        when upper(coalesce(body.cost_currency, 'USD')) = 'USD'
            then cast(try_cast(body.cost as decimal(20, 10)) * cast(0.01 as decimal(3, 2)) as varchar)
    end                                                   as stated_cost,
    envelope

from weighed
