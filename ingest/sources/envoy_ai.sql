-- envoy_ai: JSON access log of Envoy AI Gateway.
--
-- recognised:
--   has start_time
--   has response_flags
--   has response_code
-- formats: json
-- wrapped: no
-- reads:
--   start_time             VARCHAR
--   response_code          VARCHAR
--   response_flags         VARCHAR
--   x-request-id           VARCHAR
--   x-envoy-origin-path    VARCHAR
--   gen_ai.request.model   VARCHAR
--   gen_ai.request.model_override VARCHAR
--   gen_ai.response.model  VARCHAR
--   gen_ai.usage.input_tokens VARCHAR
--   gen_ai.usage.output_tokens VARCHAR
--   gen_ai.usage.total_tokens VARCHAR
--   gen_ai.usage.cached_input_tokens VARCHAR
--   gen_ai.usage.cache_read.input_tokens VARCHAR
--   gen_ai.usage.cache_creation.input_tokens VARCHAR
--   genai_model_name       VARCHAR
--   genai_model_name_override VARCHAR
--   genai_tokens_input     VARCHAR
--   genai_tokens_output    VARCHAR
--   genai_tokens_total     VARCHAR
--   llm_input_token        VARCHAR
--   llm_output_token       VARCHAR
--   llm_total_token        VARCHAR
--   llm_cached_input_token VARCHAR
--   llm_cache_creation_input_token VARCHAR
-- key: x-request-id
-- counts: input as the gateway reports it, with cached tokens
-- tier: not told
-- traps:
--   The operator names the fields (llmRequestCosts): the names of the guide and the keys of the metadata
--   are known; a log with other names needs a mapping file.
--   A value that is missing is "-" or null.
--   A cost that a CEL expression computes is a weight of the rate limit, not money.
--   gen_ai.provider.name is a route of the gateway, not a vendor.
--   Other requests through the same Envoy, such as tool calls of MCP, are in the same log.
--
-- in   record(body, envelope)
-- out  one row per record, counts as reported

with told as (

    select
        body,
        envelope,
        coalesce(
            nullif(body."gen_ai.response.model", '-'), nullif(body."gen_ai.request.model_override", '-'),
            nullif(body.genai_model_name_override, '-'), nullif(body."gen_ai.request.model", '-'),
            nullif(body.genai_model_name, '-'))                   as model,
        nullif(coalesce(body."gen_ai.usage.input_tokens", body.genai_tokens_input, body.llm_input_token), '-')    as tokens_in,
        nullif(coalesce(body."gen_ai.usage.output_tokens", body.genai_tokens_output, body.llm_output_token), '-') as tokens_out,
        nullif(coalesce(body."gen_ai.usage.total_tokens", body.genai_tokens_total, body.llm_total_token), '-')    as tokens,
        nullif(coalesce(
            body."gen_ai.usage.cached_input_tokens", body."gen_ai.usage.cache_read.input_tokens",
            body.llm_cached_input_token), '-')                    as tokens_cached,
        nullif(coalesce(
            body."gen_ai.usage.cache_creation.input_tokens", body.llm_cache_creation_input_token), '-') as tokens_written,
        starts_with(body.response_code, '2')                      as has_answered,
        regexp_matches(body."x-envoy-origin-path", '/(completions|responses|messages|embeddings)([?]|$)') as calls_a_model

    from record

),

weighed as (

    select
        *,
        coalesce(tokens_in, '0') = '0' and coalesce(tokens_out, '0') = '0' as is_empty

    from told

)

select
    'envoy:' || nullif(nullif(body."x-request-id", '-'), '') as event_id,
    case
        when is_empty then 1
        else 12
    end                                                   as rank,
    body.start_time                                       as time,
    coalesce(vendor_of_model(model), 'envoy')             as provider,
    'envoy'                                               as gateway,
    model                                                 as model_raw,
    endpoint_of(body."x-envoy-origin-path")               as endpoint,
    body.response_code                                    as status,
    case
        when not is_empty then null
        when not coalesce(has_answered, false) then 'failed request without tokens'
        when model is null and not coalesce(calls_a_model, false) then 'a request to no model'
    end                                                   as not_usage,
    case
        when is_empty and model is null then 'no token counts under a name that is known: use a mapping file'
    end                                                   as problem,
    is_empty                                              as usage_missing,
    case when not is_empty then tokens_in end             as input_reported,
    tokens_cached                                         as cache_read_reported,
    tokens_written                                        as cache_write_reported,
    case when not is_empty then tokens_out end            as output_reported,
    case when not is_empty then tokens end                as total_reported,
    envelope

from weighed
