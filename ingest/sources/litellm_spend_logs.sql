-- litellm_spend_logs: rows of the LiteLLM proxy's LiteLLM_SpendLogs table, as JSON, JSONL or CSV.
--
-- recognised:
--   has request_id
--   has call_type
--   has startTime
-- formats: json csv
-- wrapped: no
-- reads:
--   request_id             VARCHAR
--   call_type              VARCHAR
--   api_key                VARCHAR
--   spend                  VARCHAR
--   total_tokens           VARCHAR
--   prompt_tokens          VARCHAR
--   completion_tokens      VARCHAR
--   startTime              VARCHAR
--   endTime                VARCHAR
--   model                  VARCHAR
--   model_group            VARCHAR
--   custom_llm_provider    VARCHAR
--   api_base               VARCHAR
--   user                   VARCHAR
--   end_user               VARCHAR
--   team_id                VARCHAR
--   organization_id        VARCHAR
--   cache_hit              VARCHAR
--   request_tags           JSON
--   status                 VARCHAR
--   read_again             BOOLEAN
--   metadata               STRUCT(status VARCHAR, user_api_key VARCHAR, user_api_key_alias VARCHAR, user_api_key_team_alias VARCHAR, user_api_key_project_id VARCHAR, user_api_key_project_alias VARCHAR, spend_logs_metadata JSON, usage_object STRUCT(prompt_tokens_details STRUCT(cached_tokens VARCHAR, cache_creation_tokens VARCHAR, cache_write_tokens VARCHAR, web_search_requests VARCHAR), completion_tokens_details STRUCT(reasoning_tokens VARCHAR), cache_creation_input_tokens VARCHAR, cache_read_input_tokens VARCHAR), additional_usage_values STRUCT(cache_read_input_tokens VARCHAR, cache_creation_input_tokens VARCHAR, prompt_tokens_details STRUCT(cached_tokens VARCHAR)), cost_breakdown STRUCT(service_tier VARCHAR, data_residency VARCHAR, original_cost VARCHAR))
-- key: request_id
-- counts: prompt_tokens includes cache reads and writes for every provider
-- tier: the pricing basis LiteLLM states in metadata.cost_breakdown; a breakdown without a tier is standard
-- traps:
--   cache_hit is the text "True": the gateway answered, the provider charged nothing.
--   request_id ending in -attempt-N is an earlier attempt that was billed: its tokens count, the request does not.
--   request_id ending in _batch_cost is one row for a whole batch: tier batch, prompt sizes unknown.
--   A failure can carry tokens that were billed.
--   Speech rows have spend but no tokens.
--   metadata may be JSON written as text, which in bulk looks like an object of nothing; such a
--   row is read again, unfolded.
--
-- in   record(body, envelope)
-- out  one row per record, counts as reported

select
    body.request_id                                        as event_id,
    20                                                     as rank,
    coalesce(body.endTime, body.startTime)                 as time,
    coalesce(nullif(body.custom_llm_provider, ''), 'openai') as provider,
    'litellm'                                              as gateway,
    body.model                                             as model_raw,
    case
        when body.request_id like '%\_batch\_cost' escape '\' then 'batch'
        when body.metadata.cost_breakdown is not null
            then coalesce(body.metadata.cost_breakdown.service_tier, 'standard')
    end                                                    as tier_fixed,
    'gateway'                                              as tier_fixed_by,
    body.metadata.cost_breakdown.data_residency            as region,
    body.api_base                                          as base_url,
    body.call_type                                         as endpoint,
    body.status                                            as status,
    case
        when regexp_matches(body.request_id, '-attempt-[0-9]+$') then 'attempt'
        when body.request_id like '%\_batch\_cost' escape '\' then 'bucket'
        else 'request'
    end                                                    as grain,
    case
        when regexp_matches(body.request_id, '-attempt-[0-9]+$') then 0
        else 1
    end                                                    as requests,
    lower(body.cache_hit) is distinct from 'true'          as billable,
    case
        when coalesce(try_cast(body.prompt_tokens as bigint), 0) = 0
            and coalesce(try_cast(body.completion_tokens as bigint), 0) = 0
            and coalesce(try_cast(body.total_tokens as bigint), 0) = 0
            and coalesce(try_cast(body.spend as decimal(18, 12)), 0) = 0
        then case
            when body.status = 'failure' then 'failed request without tokens'
            else 'no tokens and no spend'
        end
    end                                                    as not_usage,
    case
        when body.read_again is null
            and body.metadata.status is null
            and body.metadata.user_api_key is null
            and body.metadata.cost_breakdown is null
            and body.metadata.usage_object is null then 'metadata may be text'
        when coalesce(try_cast(body.total_tokens as bigint), 0) = 0
            and try_cast(body.spend as decimal(18, 12)) > 0 then 'spend without tokens: billed in another unit'
    end                                                    as problem,
    body.prompt_tokens                                     as input_reported,
    coalesce(
        body.metadata.usage_object.prompt_tokens_details.cached_tokens,
        body.metadata.usage_object.cache_read_input_tokens,
        body.metadata.additional_usage_values.cache_read_input_tokens,
        body.metadata.additional_usage_values.prompt_tokens_details.cached_tokens) as cache_read_reported,
    coalesce(
        body.metadata.usage_object.prompt_tokens_details.cache_write_tokens,
        body.metadata.usage_object.prompt_tokens_details.cache_creation_tokens,
        body.metadata.usage_object.cache_creation_input_tokens,
        body.metadata.additional_usage_values.cache_creation_input_tokens)         as cache_write_reported,
    body.completion_tokens                                 as output_reported,
    body.metadata.usage_object.completion_tokens_details.reasoning_tokens          as reasoning_reported,
    body.total_tokens                                      as total_reported,
    body.metadata.usage_object.prompt_tokens_details.web_search_requests           as web_search_calls,
    coalesce(body.metadata.user_api_key_project_alias, body.metadata.user_api_key_project_id) as project,
    coalesce(body.metadata.user_api_key_team_alias, body.team_id) as team,
    coalesce(nullif(body.end_user, ''), nullif(body.user, ''))    as user_id,
    body.api_key                                           as api_key,
    body.metadata.user_api_key_alias                       as api_key_name,
    body.request_tags                                      as tags,
    body.metadata.spend_logs_metadata                      as body_metadata,
    body.spend                                             as stated_cost,
    envelope

from record
