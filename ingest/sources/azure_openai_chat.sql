-- azure_openai_chat: Azure OpenAI Chat Completions and Completions bodies.
--
-- recognised:
--   object = chat.completion | chat.completion.chunk | text_completion
--   has prompt_filter_results
-- formats: json
-- wrapped: yes
-- reads:
--   id                     VARCHAR
--   object                 VARCHAR
--   created                VARCHAR
--   model                  VARCHAR
--   service_tier           VARCHAR
--   reasoning_effort       VARCHAR
--   prompt_cache_key       VARCHAR
--   usage                  STRUCT(prompt_tokens VARCHAR, prompt_tokens_details STRUCT(cached_tokens VARCHAR, cache_write_tokens VARCHAR), completion_tokens VARCHAR, completion_tokens_details STRUCT(reasoning_tokens VARCHAR), total_tokens VARCHAR)
-- key: the completion id
-- counts: prompt_tokens includes cached tokens; completion_tokens includes reasoning
-- tier: mostly not told; service_tier where the response has one
-- traps:
--   The price follows the deployment (global, data zone, regional, provisioned), which no body names.
--   model is the model of the deployment, in Azure's spelling: gpt-35-turbo.
--   The first chunk of a stream carries the filter results and no id; the chunks after it do not say
--   that they are Azure's, and are read as OpenAI's.
--   An embedding says neither an id nor a time nor that it is Azure's.
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
    'azure'                                               as provider,
    body.model                                            as model_raw,
    body.service_tier                                     as tier_reported,
    case body.object
        when 'text_completion' then 'completions'
        else 'chat'
    end                                                   as endpoint,
    case when body.usage is null and body.id = '' then 'the filter results of a stream' end as not_usage,
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
    envelope

from record
