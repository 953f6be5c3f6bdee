-- kong_ai: log lines of Kong Gateway with its AI plugins, as the file, HTTP and other log plugins write them.
--
-- recognised:
--   has started_at
--   has latencies
--   has client_ip
-- formats: json
-- wrapped: no
-- reads:
--   started_at             VARCHAR
--   client_ip              VARCHAR
--   request                STRUCT(id VARCHAR, uri VARCHAR)
--   response               STRUCT(status VARCHAR, headers STRUCT("x-kong-request-id" VARCHAR))
--   consumer               STRUCT(username VARCHAR, custom_id VARCHAR)
--   ai                     STRUCT(proxy STRUCT(usage STRUCT(prompt_tokens VARCHAR, prompt_token VARCHAR, prompt_tokens_details STRUCT(cached_tokens VARCHAR), completion_tokens VARCHAR, completion_token VARCHAR, completion_tokens_details STRUCT(reasoning_tokens VARCHAR), input_tokens VARCHAR, output_tokens VARCHAR, total_tokens VARCHAR, cost VARCHAR), meta STRUCT(request_model VARCHAR, response_model VARCHAR, provider_name VARCHAR, operation_name VARCHAR), "cache" STRUCT(cache_status VARCHAR)), "ai-proxy" STRUCT(usage STRUCT(prompt_tokens VARCHAR, prompt_token VARCHAR, prompt_tokens_details STRUCT(cached_tokens VARCHAR), completion_tokens VARCHAR, completion_token VARCHAR, completion_tokens_details STRUCT(reasoning_tokens VARCHAR), input_tokens VARCHAR, output_tokens VARCHAR, total_tokens VARCHAR, cost VARCHAR), meta STRUCT(request_model VARCHAR, response_model VARCHAR, provider_name VARCHAR, operation_name VARCHAR), "cache" STRUCT(cache_status VARCHAR)), "ai-proxy-advanced" STRUCT(usage STRUCT(prompt_tokens VARCHAR, prompt_token VARCHAR, prompt_tokens_details STRUCT(cached_tokens VARCHAR), completion_tokens VARCHAR, completion_token VARCHAR, completion_tokens_details STRUCT(reasoning_tokens VARCHAR), input_tokens VARCHAR, output_tokens VARCHAR, total_tokens VARCHAR, cost VARCHAR), meta STRUCT(request_model VARCHAR, response_model VARCHAR, provider_name VARCHAR, operation_name VARCHAR), "cache" STRUCT(cache_status VARCHAR)), "ai-request-transformer" STRUCT(usage STRUCT(total_tokens VARCHAR)), "ai-response-transformer" STRUCT(usage STRUCT(total_tokens VARCHAR)))
-- key: the request's id
-- counts: the prompt as the vendor reported it, with cached tokens where it breaks them out
-- tier: not told
-- traps:
--   The plugin's part is called proxy, ai-proxy or ai-proxy-advanced; prompt_token and completion_token
--   were the names before 3.9.
--   A stream without usage is counted by its length, and nothing says so.
--   cost is of prices the operator set, and 0 where none are.
--   A transformer plugin calls a model of its own: its tokens are kept as another unit, without a price.
--   A cache hit of the gateway is charged by nobody.
--   Lines of requests to no model have no ai.
--
-- in   record(body, envelope)
-- out  one row per record, counts as reported

with picked as (

    select
        body,
        envelope,
        coalesce(body.ai.proxy, body.ai."ai-proxy", body.ai."ai-proxy-advanced") as proxy,
        coalesce(try_cast(body.ai."ai-request-transformer".usage.total_tokens as bigint), 0)
        + coalesce(try_cast(body.ai."ai-response-transformer".usage.total_tokens as bigint), 0) as transformer_tokens

    from record

),

told as (

    select
        *,
        coalesce(proxy.usage.prompt_tokens, proxy.usage.prompt_token, proxy.usage.input_tokens) as tokens_in,
        coalesce(proxy.usage.completion_tokens, proxy.usage.completion_token, proxy.usage.output_tokens) as tokens_out,
        try_cast(body.response.status as integer) >= 400 as has_failed

    from picked

),

weighed as (

    select
        *,
        coalesce(try_cast(tokens_in as bigint), 0) = 0
        and coalesce(try_cast(tokens_out as bigint), 0) = 0 as is_empty

    from told

)

select
    'kong:' || coalesce(body.request.id, body.response.headers."x-kong-request-id") as event_id,
    case
        when is_empty and transformer_tokens = 0 then 1
        else 20
    end                                                   as rank,
    body.started_at                                       as time,
    coalesce(vendor_named(proxy.meta.provider_name), 'kong') as provider,
    'kong'                                                as gateway,
    coalesce(proxy.meta.response_model, proxy.meta.request_model) as model_raw,
    coalesce(proxy.meta.operation_name, endpoint_of(body.request.uri)) as endpoint,
    body.response.status                                  as status,
    lower(proxy."cache".cache_status) is distinct from 'hit' as billable,
    case
        when not is_empty or transformer_tokens > 0 then null
        when proxy.meta.request_model is null and proxy.meta.provider_name is null then 'a request to no model'
        when has_failed then 'failed request without tokens'
        when lower(proxy."cache".cache_status) = 'hit' then 'an answer of the gateway cache without tokens'
    end                                                   as not_usage,
    is_empty and transformer_tokens = 0                   as usage_missing,
    case when not is_empty then tokens_in end             as input_reported,
    proxy.usage.prompt_tokens_details.cached_tokens       as cache_read_reported,
    case when not is_empty then coalesce(tokens_out, '0') end as output_reported,
    proxy.usage.completion_tokens_details.reasoning_tokens as reasoning_reported,
    case
        when transformer_tokens > 0
            then cast('{"transformer_tokens": ' || transformer_tokens || '}' as json)
    end                                                   as other_units,
    coalesce(body.consumer.username, body.consumer.custom_id) as user_id,
    case when try_cast(proxy.usage.cost as double) > 0 then proxy.usage.cost end as stated_cost,
    envelope

from weighed
