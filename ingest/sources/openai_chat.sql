-- openai_chat: Chat Completions and legacy Completions bodies, and the chunks of their streams.
--
-- recognised:
--   object = chat.completion | chat.completion.chunk | text_completion
--   lacks provider
--   lacks prompt_filter_results
-- formats: json
-- wrapped: yes
-- reads:
--   id                     VARCHAR
--   object                 VARCHAR
--   created                VARCHAR
--   model                  VARCHAR
--   service_tier           VARCHAR
--   usage                  STRUCT(prompt_tokens VARCHAR, prompt_tokens_details STRUCT(cached_tokens VARCHAR, cache_write_tokens VARCHAR), completion_tokens VARCHAR, completion_tokens_details STRUCT(reasoning_tokens VARCHAR), total_tokens VARCHAR)
--   reasoning_effort       VARCHAR
--   prompt_cache_key       VARCHAR
--   metadata               JSON
-- key: the completion id
-- counts: prompt_tokens includes cached and cache-write tokens; completion_tokens includes reasoning
-- tier: service_tier of the response; auto and absent stay unknown
-- traps:
--   Most stream chunks carry no usage; the one that does says it once, so chunks are never summed.
--   A stream none of whose chunks does (no include_usage, or broken off) is a paid call without its usage.
--   The writes of a cache are reported unadjusted and may overlap the reads.
--   A body with a provider field is OpenRouter's, one with prompt_filter_results is Azure's.
--
-- in   record(body, envelope)
-- out  one row per record, counts as reported

select
    body.id                                               as event_id,
    case
        when body.usage is null then 1
        when body.object = 'chat.completion.chunk' then 30
        else 40
    end                                                   as rank,
    body.created                                          as time,
    'openai'                                              as provider,
    body.model                                            as model_raw,
    body.service_tier                                     as tier_reported,
    case body.object
        when 'text_completion' then 'completions'
        else 'chat'
    end                                                   as endpoint,
    body.usage is null                                    as usage_missing,
    case
        when body.usage is null and body.object = 'chat.completion' then 'no usage block'
    end                                                   as problem,
    body.usage.prompt_tokens                              as input_reported,
    body.usage.prompt_tokens_details.cached_tokens        as cache_read_reported,
    body.usage.prompt_tokens_details.cache_write_tokens   as cache_write_reported,
    body.usage.completion_tokens                          as output_reported,
    body.usage.completion_tokens_details.reasoning_tokens as reasoning_reported,
    body.usage.total_tokens                               as total_reported,
    body.reasoning_effort                                 as effort,
    body.prompt_cache_key                                 as prefix_key,
    body.metadata                                         as body_metadata,
    envelope

from record
