-- openai_batch: Batch output and error files, one line per request of the batch.
--
-- recognised:
--   has custom_id
--   lacks model
--   lacks result.type
-- formats: json
-- wrapped: no
-- reads:
--   custom_id              VARCHAR
--   method                 VARCHAR
--   response               STRUCT(status_code VARCHAR, request_id VARCHAR, body STRUCT(id VARCHAR, object VARCHAR, created VARCHAR, created_at VARCHAR, completed_at VARCHAR, status VARCHAR, model VARCHAR, reasoning STRUCT(effort VARCHAR), conversation STRUCT(id VARCHAR), prompt_cache_key VARCHAR, metadata JSON, error JSON, prompt_cache_options STRUCT(ttl VARCHAR), tool_usage STRUCT(web_search STRUCT(num_requests VARCHAR)), output STRUCT("type" VARCHAR, "action" STRUCT("type" VARCHAR))[], usage STRUCT(prompt_tokens VARCHAR, input_tokens VARCHAR, prompt_tokens_details STRUCT(cached_tokens VARCHAR, cache_write_tokens VARCHAR), input_tokens_details STRUCT(cached_tokens VARCHAR, cache_write_tokens VARCHAR, cache_write_tokens_details STRUCT(ttl_30m_tokens VARCHAR, ttl_12h_tokens VARCHAR)), completion_tokens VARCHAR, output_tokens VARCHAR, completion_tokens_details STRUCT(reasoning_tokens VARCHAR), output_tokens_details STRUCT(reasoning_tokens VARCHAR), total_tokens VARCHAR)))
--   error                  JSON
--   result                 STRUCT("type" VARCHAR)
-- key: the id of the response inside; without one (embeddings) the request id the provider gave the line
-- counts: as the body inside: input includes cached tokens, output includes reasoning
-- tier: batch, by the shape of the file
-- traps:
--   The body says service_tier "default" although the batch price applies.
--   The id of the line is no key: expired lines of one batch share it.
--   Failed and expired requests are not billed.
--   Both families of counts can be present with one of them zero: the larger is meant.
--   Tool calls and long cache writes of a response are billed inside a batch, too.
--   An embedding says neither when nor under which id it was made: it has no time to be priced at.
--
-- in   record(body, envelope)
-- out  one row per record, counts as reported

select
    coalesce(body.response.body.id, body.response.request_id) as event_id,
    50                                                        as rank,
    coalesce(
        body.response.body.completed_at,
        body.response.body.created_at,
        body.response.body.created)                           as time,
    'openai'                                                  as provider,
    body.response.body.model                                  as model_raw,
    'batch'                                                   as tier_fixed,
    'file_shape'                                              as tier_fixed_by,
    case body.response.body.object
        when 'chat.completion' then 'chat'
        when 'response'        then 'responses'
        when 'list'            then 'embeddings'
        when 'text_completion' then 'completions'
        else body.response.body.object
    end                                                       as endpoint,
    body.response.body.status                                 as status,
    case
        when body.response.body.usage is not null then null
        when body.response is null and body.error is not null
            then 'batch request not run: ' || coalesce(nullif(regexp_extract(body.error ->> 'code', '^[a-z_]{1,40}$'), ''), 'error')
        when try_cast(body.response.status_code as integer) >= 400
            then 'batch request failed with status ' || body.response.status_code
        when body.response is null and body.method is not null
            then 'a batch request: its answer is in the output file'
    end                                                       as not_usage,
    case
        when body.response.body.usage is null then 'no usage block'
    end                                                       as problem,
    larger_count(body.response.body.usage.prompt_tokens, body.response.body.usage.input_tokens) as input_reported,
    larger_count(
        body.response.body.usage.prompt_tokens_details.cached_tokens,
        body.response.body.usage.input_tokens_details.cached_tokens)                            as cache_read_reported,
    larger_count(
        body.response.body.usage.prompt_tokens_details.cache_write_tokens,
        body.response.body.usage.input_tokens_details.cache_write_tokens)                       as cache_write_reported,
    long_writes_of(
        body.response.body.usage.input_tokens_details.cache_write_tokens_details,
        body.response.body.prompt_cache_options.ttl,
        body.response.body.usage.input_tokens_details.cache_write_tokens)                       as cache_write_long_reported,
    case
        when body.response.body.object = 'list' then '0'
        else larger_count(body.response.body.usage.completion_tokens, body.response.body.usage.output_tokens)
    end                                                       as output_reported,
    larger_count(
        body.response.body.usage.completion_tokens_details.reasoning_tokens,
        body.response.body.usage.output_tokens_details.reasoning_tokens)                        as reasoning_reported,
    body.response.body.usage.total_tokens                     as total_reported,
    web_searches_of(
        body.response.body.tool_usage.web_search.num_requests,
        body.response.body.output)                            as web_search_calls,
    file_searches_of(body.response.body.output)               as file_search_calls,
    body.response.body.reasoning.effort                       as effort,
    body.response.body.conversation.id                        as session,
    body.response.body.prompt_cache_key                       as prefix_key,
    body.response.body.metadata                               as body_metadata,
    envelope

from record
