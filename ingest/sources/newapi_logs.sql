-- newapi_logs: the `logs` table of one-api, new-api and one-hub, as JSON, JSONL, CSV or pages of their API.
--
-- recognised:
--   has quota
--   has prompt_tokens
--   has completion_tokens
--   has type
-- formats: json csv
-- wrapped: no
-- unfolds:
--   data.items[]
--   data.data[]
--   data[]
-- reads:
--   created_at             VARCHAR
--   type                   VARCHAR
--   user_id                VARCHAR
--   username               VARCHAR
--   token_id               VARCHAR
--   token_name             VARCHAR
--   model_name             VARCHAR
--   quota                  VARCHAR
--   prompt_tokens          VARCHAR
--   completion_tokens      VARCHAR
--   cached_tokens          VARCHAR
--   use_time               VARCHAR
--   elapsed_time           VARCHAR
--   request_time           VARCHAR
--   channel                VARCHAR
--   channel_id             VARCHAR
--   request_id             VARCHAR
--   other                  VARCHAR
--   metadata               VARCHAR
-- key: request_id; without one everything that tells two calls of one second apart
-- counts: prompt_tokens includes the cache for OpenAI-style upstreams and excludes it for Claude (other.claude)
-- tier: not told, except by a fork that writes other.service_tier
-- traps:
--   quota is the hub's money: 500,000 are one US dollar unless the operator changed it. It holds the hub's
--   ratios, so it is what the hub takes and not the list price.
--   Only type 2 is usage; type 6 is a refund. The other types are top-ups, errors, tests and logins.
--   An export of the user's side rewrites id (the remainder by 1024, or the place on the page): it is no key.
--   A task that is settled later writes a second row with the difference and no tokens.
--   A call that is billed by the piece (model_price) may have a quota and no tokens.
--   model_name may be the hub's alias: other.upstream_model_name is what was called.
--   Where the upstream reported no usage the hub counts tokens itself.
--   Who the upstream is nobody says: it is read off the model's name where that is certain.
--
-- in   record(body, envelope)
-- out  one row per record, counts as reported

with unfolded as (

    select
        body,
        envelope,
        coalesce(try_cast(body.prompt_tokens as bigint), 0) <> 0
        or coalesce(try_cast(body.completion_tokens as bigint), 0) <> 0 as has_tokens,
        try_cast(body.quota as bigint)                                  as quota,
        case
            when starts_with(body.other, '{') then try(json_extract_string(body.other, [
                '$.cache_tokens', '$.cache_write_tokens', '$.cache_creation_tokens', '$.cache_creation_tokens_5m',
                '$.cache_creation_tokens_1h', '$.claude', '$.usage_semantic', '$.input_tokens_total',
                '$.upstream_model_name', '$.request_path', '$.billing_source', '$.stream_status.status', '$.actual_quota',
                '$.tool_surcharges', '$.web_search_call_count', '$.file_search_call_count', '$.service_tier', '$.frt',
                '$.reasoning_effort']))
            when starts_with(body.metadata, '{') then try(json_extract_string(body.metadata, ['$.cached_tokens']))
        end                                                             as other

    from record

),

told as (

    select
        body,
        envelope,
        quota,
        has_tokens,
        other[1]                                  as cache_read,
        coalesce(other[2], other[3])              as cache_write,
        try_cast(other[4] as bigint) + coalesce(try_cast(other[5] as bigint), 0) as cache_write_split,
        other[5]                                  as cache_write_1h,
        other[6] = 'true' or other[7] = 'anthropic'
        or (other[8] is null and coalesce(other[4], other[5]) is not null)      as without_cache,
        other[8]                                  as input_total,
        coalesce(nullif(other[9], ''), body.model_name) as model,
        other[10]                                 as request_path,
        other[11]                                 as billing_source,
        other[12]                                 as status,
        body.type = '6' or (body.type = '2' and not has_tokens and other[13] is not null) as money_only,
        other[14]                                 as tool_surcharges,
        other[15]                                 as web_searches,
        other[16]                                 as file_searches,
        other[17]                                 as service_tier,
        cast(try_cast(other[18] as double) as bigint) as first_token_ms,
        other[19]                                 as effort,
        other is null and (starts_with(body.other, '{') or starts_with(body.metadata, '{')) as is_broken

    from unfolded

)

select
    case
        when body.request_id <> '' then concat('newapi:', body.request_id, case when money_only then ':settled' end)
        else concat_ws('|', 'newapi', body.created_at, body.type, coalesce(body.user_id, body.username),
            coalesce(body.token_id, body.token_name), model, coalesce(body.channel_id, body.channel),
            body.prompt_tokens, body.completion_tokens, body.quota,
            coalesce(body.elapsed_time, body.request_time, body.use_time), first_token_ms)
    end                                                   as event_id,
    22                                                    as rank,
    body.created_at                                       as time,
    coalesce(vendor_of_model(model), 'newapi')            as provider,
    'newapi'                                              as gateway,
    model                                                 as model_raw,
    service_tier                                          as tier_reported,
    endpoint_of(request_path)                             as endpoint,
    status                                                as status,
    case when money_only then 'adjustment' end            as grain,
    case
        when money_only then 0
        else 1
    end                                                   as requests,
    case when billing_source = 'subscription' then 'notional' end as billing,
    case
        when body.type = '2' then case
            when not has_tokens and coalesce(quota, 0) = 0 and not money_only then 'no tokens and no charge'
        end
        else case body.type
            when '6' then null
            when '1' then 'a top-up, not usage'
            when '5' then 'a failed call or a test of a channel, not usage'
            when '7' then 'a login, not usage'
            else 'an entry of the hub itself, not usage'
        end
    end                                                   as not_usage,
    case when is_broken then 'the JSON in other is broken' end as problem,
    case
        when money_only then '0'
        when not has_tokens or without_cache then null
        else coalesce(input_total, body.prompt_tokens)
    end                                                   as input_reported,
    case when without_cache and has_tokens then body.prompt_tokens end as uncached_reported,
    coalesce(cache_read, body.cached_tokens)              as cache_read_reported,
    larger_count(cache_write, cast(cache_write_split as varchar)) as cache_write_reported,
    cache_write_1h                                        as cache_write_long_reported,
    case
        when money_only then '0'
        when has_tokens then body.completion_tokens
    end                                                   as output_reported,
    case
        when tool_surcharges is null then web_searches
        else cast(list_sum(list_transform(
            list_filter(try(from_json(tool_surcharges, '[{"name": "VARCHAR", "count": "BIGINT"}]')),
                lambda tool: starts_with(tool.name, 'web_search')),
            lambda tool: tool.count)) as varchar)
    end                                                   as web_search_calls,
    case
        when tool_surcharges is null then file_searches
        else cast(list_sum(list_transform(
            list_filter(try(from_json(tool_surcharges, '[{"name": "VARCHAR", "count": "BIGINT"}]')),
                lambda tool: starts_with(tool.name, 'file_search')),
            lambda tool: tool.count)) as varchar)
    end                                                   as file_search_calls,
    case when not has_tokens and not money_only then cast('{"calls": 1}' as json) end as other_units,
    body.username                                         as user_id,
    body.token_name                                       as api_key_name,
    effort,
    cast(case when body.type = '6' then -abs(quota) else quota end * cast(0.000002 as decimal(7, 6)) as varchar) as stated_cost,
    'hub'                                                 as stated_cost_kind,
    envelope

from told
