-- helicone: Helicone requests: rows of its export tool (JSONL, JSON, CSV) and pages of its API.
--
-- recognised:
--   has request_id
--   has request_created_at
-- formats: json csv
-- wrapped: no
-- unfolds: data[]
-- reads:
--   request_id             VARCHAR
--   request_created_at     VARCHAR
--   response_created_at    VARCHAR
--   response_status        VARCHAR
--   response_model         VARCHAR
--   request_model          VARCHAR
--   model_override         VARCHAR
--   model                  VARCHAR
--   provider               VARCHAR
--   request_path           VARCHAR
--   target_url             VARCHAR
--   prompt_tokens          VARCHAR
--   prompt_cache_read_tokens VARCHAR
--   prompt_cache_write_tokens VARCHAR
--   completion_tokens      VARCHAR
--   reasoning_tokens       VARCHAR
--   costUSD                VARCHAR
--   cost                   VARCHAR
--   cache_reference_id     VARCHAR
--   request_user_id        VARCHAR
--   request_properties     JSON
--   properties             JSON
--   response_body          JSON
-- key: the id in the response where bodies are exported, else the request id
-- counts: the response's own where bodies are exported; else Helicone's, from which cached and reasoning tokens are taken out
-- tier: service_tier of the response where bodies are exported
-- traps:
--   Helicone subtracts cached tokens from the prompt, but what an OpenAI call wrote to the cache stays in it;
--   rows of before mid-2025 have the cached tokens inside the prompt, and nothing in a row tells.
--   Its AI gateway answers with cache writes beside the prompt, and a total that has the cached tokens twice.
--   What a model thought is reasoning_tokens, beside completion_tokens.
--   An answer from Helicone's cache points at the request it was first given to, and has the id of that
--   response: the provider charged nothing.
--   Logged tools and vector databases are rows, too.
--
-- in   record(body, envelope)
-- out  one row per record, counts as reported

with told as (

    select
        body,
        envelope,
        coalesce(nullif(body.model_override, ''), nullif(body.response_model, ''), nullif(body.model, ''), body.request_model) as model,
        coalesce(body.costUSD, body.cost)                                 as cost,
        nullif(body.prompt_cache_read_tokens, '0')                        as row_read,
        nullif(body.prompt_cache_write_tokens, '0')                       as row_write,
        case
            when body.response_body is not null then json_extract_string(body.response_body, [
                '$.id', '$.service_tier',
                '$.usage.prompt_tokens', '$.usage.input_tokens',
                '$.usage.completion_tokens', '$.usage.output_tokens',
                '$.usage.prompt_tokens_details.cached_tokens', '$.usage.input_tokens_details.cached_tokens', '$.usage.cache_read_input_tokens',
                '$.usage.prompt_tokens_details.cache_write_tokens', '$.usage.input_tokens_details.cache_write_tokens', '$.usage.cache_creation_input_tokens',
                '$.usage.completion_tokens_details.reasoning_tokens', '$.usage.output_tokens_details.reasoning_tokens',
                '$.usage.prompt_tokens_details.cache_write_details.write_1h_tokens', '$.usage.cache_creation.ephemeral_1h_input_tokens',
                '$.usage.prompt_tokens_details.cache_write_details',
                '$.reasoning.effort', '$.conversation.id', '$.prompt_cache_key'])
        end                                                               as said

    from record

),

counted as (

    select
        *,
        coalesce(traced_vendor(
            nullif(lower(nullif(body.provider, '')), 'custom'), model), 'unknown') as vendor,
        coalesce(said[3], said[4])                                        as said_input,
        coalesce(said[5], said[6])                                        as said_output,
        coalesce(said[7], said[8], said[9])                               as said_read,
        coalesce(said[10], said[11], said[12])                            as said_write,
        coalesce(nullif(body.prompt_tokens, '0'), nullif(body.completion_tokens, '0'), row_read) is not null as has_counts,
        coalesce(body.cache_reference_id, '') in ('', '00000000-0000-0000-0000-000000000000') as is_fresh

    from told

)

select
    coalesce(
        case when is_fresh then nullif(regexp_extract(said[1], '^(chatcmpl-|cmpl-|resp_|msg_|gen-)[A-Za-z0-9_-]+$'), '') end,
        'helicone:' || body.request_id)                   as event_id,
    case
        when said_input is not null then 28
        when has_counts then 22
        else 1
    end                                                   as rank,
    coalesce(nullif(body.response_created_at, ''), body.request_created_at) as time,
    vendor                                                as provider,
    'helicone'                                            as gateway,
    model                                                 as model_raw,
    said[2]                                               as tier_reported,
    body.target_url                                       as base_url,
    endpoint_of(body.request_path)                        as endpoint,
    body.response_status                                  as status,
    is_fresh                                              as billable,
    case
        when has_counts or said_input is not null then null
        when model = 'vector_db' or starts_with(model, 'tool') then 'a tool or a vector database, not a call of a model'
        when coalesce(try_cast(body.response_status as integer), 0) not between 200 and 299 then 'failed request without tokens'
    end                                                   as not_usage,
    not has_counts and said_input is null                 as usage_missing,
    case
        when said[17] is not null then cast(try_cast(said_input as bigint) + coalesce(try_cast(said_write as bigint), 0) as varchar)
        when said[3] is not null or said[8] is not null then said_input
    end                                                   as input_reported,
    case
        when said_input is not null then case when said[3] is null and said[8] is null then said_input end
        when vendor in ('openai', 'azure') and row_write is not null
            then cast(try_cast(body.prompt_tokens as bigint) - try_cast(row_write as bigint) as varchar)
        when has_counts then body.prompt_tokens
    end                                                   as uncached_reported,
    case when said_input is not null then said_read else row_read end as cache_read_reported,
    case when said_input is not null then said_write else row_write end as cache_write_reported,
    coalesce(said[15], said[16])                          as cache_write_long_reported,
    case
        when said_input is not null then coalesce(said_output, '0')
        when has_counts then added(body.completion_tokens, body.reasoning_tokens)
    end                                                   as output_reported,
    coalesce(said[13], said[14], body.reasoning_tokens)   as reasoning_reported,
    body.request_user_id                                  as user_id,
    said[18]                                              as effort,
    coalesce(
        json_extract_string(coalesce(body.properties, body.request_properties), '$."Helicone-Session-Id"'),
        said[19])                                         as session,
    said[20]                                              as prefix_key,
    coalesce(body.properties, body.request_properties)    as tags,
    cost                                                  as stated_cost,
    envelope

from counted
