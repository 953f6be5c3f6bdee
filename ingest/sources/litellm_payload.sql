-- litellm_payload: LiteLLM StandardLoggingPayload objects, as its S3, GCS and queue loggers write them.
--
-- recognised:
--   has call_type
--   has startTime
--   has prompt_tokens
--   lacks request_id
-- formats: json
-- wrapped: no
-- reads:
--   id                     VARCHAR
--   trace_id               VARCHAR
--   request_id             VARCHAR
--   call_type              VARCHAR
--   response_cost          VARCHAR
--   total_tokens           VARCHAR
--   prompt_tokens          VARCHAR
--   completion_tokens      VARCHAR
--   startTime              VARCHAR
--   endTime                VARCHAR
--   model                  VARCHAR
--   custom_llm_provider    VARCHAR
--   api_base               VARCHAR
--   end_user               VARCHAR
--   cache_hit              VARCHAR
--   request_tags           JSON
--   status                 VARCHAR
--   cost_breakdown         STRUCT(service_tier VARCHAR, data_residency VARCHAR, total_cost VARCHAR)
--   hidden_params          STRUCT(api_base VARCHAR)
--   model_parameters       STRUCT(reasoning_effort VARCHAR, reasoning STRUCT(effort VARCHAR), prompt_cache_key VARCHAR)
--   response               STRUCT(service_tier VARCHAR, reasoning STRUCT(effort VARCHAR), prompt_cache_key VARCHAR, prompt_cache_options STRUCT(ttl VARCHAR), tool_usage STRUCT(web_search STRUCT(num_requests VARCHAR)), output STRUCT("type" VARCHAR, "action" STRUCT("type" VARCHAR))[], usage STRUCT(prompt_tokens_details STRUCT(cached_tokens VARCHAR, cache_creation_tokens VARCHAR, cache_write_tokens VARCHAR, web_search_requests VARCHAR), input_tokens_details STRUCT(cached_tokens VARCHAR, cache_write_tokens VARCHAR, cache_write_tokens_details STRUCT(ttl_30m_tokens VARCHAR, ttl_12h_tokens VARCHAR)), completion_tokens_details STRUCT(reasoning_tokens VARCHAR), output_tokens_details STRUCT(reasoning_tokens VARCHAR), cache_creation_input_tokens VARCHAR, cache_read_input_tokens VARCHAR))
--   metadata               STRUCT(user_api_key_hash VARCHAR, user_api_key_alias VARCHAR, user_api_key_team_id VARCHAR, user_api_key_team_alias VARCHAR, user_api_key_project_id VARCHAR, user_api_key_project_alias VARCHAR, user_api_key_user_id VARCHAR, requester_metadata STRUCT(session_id VARCHAR), spend_logs_metadata JSON, usage_object STRUCT(prompt_tokens_details STRUCT(cached_tokens VARCHAR, cache_creation_tokens VARCHAR, cache_write_tokens VARCHAR, web_search_requests VARCHAR), completion_tokens_details STRUCT(reasoning_tokens VARCHAR), cache_creation_input_tokens VARCHAR, cache_read_input_tokens VARCHAR))
-- key: id, the id of the response
-- counts: prompt_tokens includes cache reads and writes for every provider
-- tier: the tier of the response, else the pricing basis in cost_breakdown; a breakdown without a tier is standard
-- traps:
--   cache_hit true: the gateway answered, the provider charged nothing.
--   Times are seconds with a fraction.
--   A failure can carry tokens that were billed.
--
-- in   record(body, envelope)
-- out  one row per record, counts as reported

select
    body.id                                                as event_id,
    22                                                     as rank,
    coalesce(body.endTime, body.startTime)                 as time,
    coalesce(nullif(body.custom_llm_provider, ''), 'openai') as provider,
    'litellm'                                              as gateway,
    body.model                                             as model_raw,
    body.response.service_tier                             as tier_reported,
    case
        when tier_of(body.response.service_tier) = 'unknown' and body.cost_breakdown is not null
            then coalesce(body.cost_breakdown.service_tier, 'standard')
    end                                                    as tier_fixed,
    'gateway'                                              as tier_fixed_by,
    body.cost_breakdown.data_residency                     as region,
    coalesce(nullif(body.api_base, ''), body.hidden_params.api_base) as base_url,
    body.call_type                                         as endpoint,
    body.status                                            as status,
    lower(body.cache_hit) is distinct from 'true'          as billable,
    case
        when coalesce(try_cast(body.total_tokens as bigint), 0) = 0
            and coalesce(try_cast(body.response_cost as decimal(18, 12)), 0) = 0
        then case
            when body.status = 'failure' then 'failed request without tokens'
            else 'no tokens and no spend'
        end
    end                                                    as not_usage,
    case
        when coalesce(try_cast(body.total_tokens as bigint), 0) = 0
            and try_cast(body.response_cost as decimal(18, 12)) > 0
        then 'spend without tokens: billed in another unit'
    end                                                    as problem,
    body.prompt_tokens                                     as input_reported,
    coalesce(
        body.response.usage.prompt_tokens_details.cached_tokens,
        body.response.usage.input_tokens_details.cached_tokens,
        body.response.usage.cache_read_input_tokens,
        body.metadata.usage_object.prompt_tokens_details.cached_tokens,
        body.metadata.usage_object.cache_read_input_tokens)       as cache_read_reported,
    coalesce(
        body.response.usage.prompt_tokens_details.cache_write_tokens,
        body.response.usage.prompt_tokens_details.cache_creation_tokens,
        body.response.usage.input_tokens_details.cache_write_tokens,
        body.response.usage.cache_creation_input_tokens,
        body.metadata.usage_object.prompt_tokens_details.cache_write_tokens,
        body.metadata.usage_object.prompt_tokens_details.cache_creation_tokens,
        body.metadata.usage_object.cache_creation_input_tokens)   as cache_write_reported,
    long_writes_of(
        body.response.usage.input_tokens_details.cache_write_tokens_details,
        body.response.prompt_cache_options.ttl,
        body.response.usage.input_tokens_details.cache_write_tokens) as cache_write_long_reported,
    body.completion_tokens                                 as output_reported,
    coalesce(
        body.response.usage.completion_tokens_details.reasoning_tokens,
        body.response.usage.output_tokens_details.reasoning_tokens,
        body.metadata.usage_object.completion_tokens_details.reasoning_tokens) as reasoning_reported,
    body.total_tokens                                      as total_reported,
    web_searches_of(
        coalesce(
            body.response.tool_usage.web_search.num_requests,
            body.response.usage.prompt_tokens_details.web_search_requests,
            body.metadata.usage_object.prompt_tokens_details.web_search_requests),
        body.response.output)                              as web_search_calls,
    file_searches_of(body.response.output)                 as file_search_calls,
    coalesce(body.metadata.user_api_key_project_alias, body.metadata.user_api_key_project_id) as project,
    coalesce(body.metadata.user_api_key_team_alias, body.metadata.user_api_key_team_id)       as team,
    coalesce(nullif(body.end_user, ''), body.metadata.user_api_key_user_id)                   as user_id,
    body.metadata.user_api_key_hash                        as api_key,
    body.metadata.user_api_key_alias                       as api_key_name,
    coalesce(
        body.model_parameters.reasoning_effort, body.model_parameters.reasoning.effort,
        body.response.reasoning.effort)                    as effort,
    body.metadata.requester_metadata.session_id            as session,
    coalesce(
        nullif(body.model_parameters.prompt_cache_key, ''), nullif(body.response.prompt_cache_key, ''),
        body.trace_id)                                     as prefix_key,
    body.request_tags                                      as tags,
    body.metadata.spend_logs_metadata                      as body_metadata,
    body.response_cost                                     as stated_cost,
    envelope

from record
