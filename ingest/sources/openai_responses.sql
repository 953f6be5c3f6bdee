-- openai_responses: Responses API bodies and the events of their streams.
--
-- recognised:
--   object = response | response.compaction
--   lacks content_filters
-- formats: json
-- wrapped: yes
-- reads:
--   id                     VARCHAR
--   object                 VARCHAR
--   created_at             VARCHAR
--   completed_at           VARCHAR
--   status                 VARCHAR
--   model                  VARCHAR
--   service_tier           VARCHAR
--   prompt_cache_options   STRUCT(ttl VARCHAR)
--   tool_usage             STRUCT(web_search STRUCT(num_requests VARCHAR))
--   output                 STRUCT("type" VARCHAR, "action" STRUCT("type" VARCHAR))[]
--   usage                  STRUCT(input_tokens VARCHAR, input_tokens_details STRUCT(cached_tokens VARCHAR, cache_write_tokens VARCHAR, cache_write_tokens_details STRUCT(ttl_30m_tokens VARCHAR, ttl_12h_tokens VARCHAR)), output_tokens VARCHAR, output_tokens_details STRUCT(reasoning_tokens VARCHAR), total_tokens VARCHAR)
--   reasoning              STRUCT(effort VARCHAR)
--   conversation           STRUCT(id VARCHAR)
--   prompt_cache_key       VARCHAR
--   metadata               JSON
--   user                   VARCHAR
-- key: the response id; of several states of one id the finished one wins
-- counts: input_tokens includes cached and cache-write tokens; output_tokens includes reasoning
-- tier: service_tier of the response; auto and absent stay unknown
-- traps:
--   A background response is logged queued, in progress and completed under one id.
--   An incomplete response (output limit reached) is billed. One that was never logged as finished is
--   a paid call without its usage; one that failed or was cancelled without usage bills nothing, and is
--   kept so that its earlier states are not taken for such a call.
--   Compactions carry usage but no model.
--   Before tool_usage existed, searches are counted from output items; opening a page is not a search.
--
-- in   record(body, envelope)
-- out  one row per record, counts as reported

select
    body.id                                                as event_id,
    case told
        when 'usage'      then 40
        when 'no charge'  then 5
        else 1
    end                                                    as rank,
    coalesce(body.completed_at, body.created_at)           as time,
    'openai'                                               as provider,
    body.model                                             as model_raw,
    body.service_tier                                      as tier_reported,
    case body.object
        when 'response.compaction' then 'responses.compact'
        else 'responses'
    end                                                    as endpoint,
    body.status                                            as status,
    told <> 'no charge'                                    as billable,
    case when told = 'no charge' then 0 else 1 end         as requests,
    told = 'not yet'                                       as usage_missing,
    case when told = 'nothing' then 'no usage block' end   as problem,
    case
        when told = 'no charge' then '0'
        else body.usage.input_tokens
    end                                                    as input_reported,
    body.usage.input_tokens_details.cached_tokens          as cache_read_reported,
    body.usage.input_tokens_details.cache_write_tokens     as cache_write_reported,
    long_writes_of(
        body.usage.input_tokens_details.cache_write_tokens_details,
        body.prompt_cache_options.ttl,
        body.usage.input_tokens_details.cache_write_tokens) as cache_write_long_reported,
    case
        when told = 'no charge' then '0'
        else body.usage.output_tokens
    end                                                    as output_reported,
    body.usage.output_tokens_details.reasoning_tokens      as reasoning_reported,
    body.usage.total_tokens                                as total_reported,
    web_searches_of(body.tool_usage.web_search.num_requests, body.output) as web_search_calls,
    file_searches_of(body.output)                          as file_search_calls,
    body.user                                              as user_id,
    body.reasoning.effort                                  as effort,
    body.conversation.id                                   as session,
    body.prompt_cache_key                                  as prefix_key,
    body.metadata                                          as body_metadata,
    envelope

from (
    select
        *,
        case
            when body.usage is not null then 'usage'
            when body.status in ('queued', 'in_progress') then 'not yet'
            when body.status in ('failed', 'cancelled') then 'no charge'
            else 'nothing'
        end as told
    from record
)
