-- openrouter: OpenRouter response bodies and the chunks of their streams.
--
-- recognised:
--   object = chat.completion | chat.completion.chunk | text_completion
--   has provider
--   lacks prompt_filter_results
-- formats: json
-- wrapped: yes
-- reads:
--   id                     VARCHAR
--   object                 VARCHAR
--   created                VARCHAR
--   model                  VARCHAR
--   provider               VARCHAR
--   service_tier           VARCHAR
--   usage                  STRUCT(prompt_tokens VARCHAR, prompt_tokens_details STRUCT(cached_tokens VARCHAR, cache_write_tokens VARCHAR), completion_tokens VARCHAR, completion_tokens_details STRUCT(reasoning_tokens VARCHAR), total_tokens VARCHAR, cost VARCHAR, is_byok VARCHAR, cost_details STRUCT(upstream_inference_cost VARCHAR), server_tool_use_details STRUCT(web_search_requests VARCHAR, tool_calls_executed VARCHAR), server_tool_use STRUCT(web_search_requests VARCHAR))
-- key: the generation id (gen-…)
-- counts: prompt_tokens includes cache reads and writes; completion_tokens includes reasoning; both as the vendor counted them
-- tier: service_tier of the response; absent stays unknown
-- traps:
--   usage.cost is what OpenRouter takes, in US dollars; with the user's own key (is_byok) it is 0 and
--   the vendor bills cost_details.upstream_inference_cost.
--   The vendor is who served the request (provider), not the prefix of the model. "Google" is Vertex.
--   A stream none of whose chunks has usage (broken off) is a paid call without its usage.
--   A write of Gemini's cache is reported unadjusted and may overlap the read.
--   Another logger may add a provider to a vendor's own body: only a generation (gen-…) is OpenRouter's.
--   A search of OpenRouter's own is in the cost at its price, not at the vendor's.
--   Other tools that it ran have a fee that no list has: such a request has no price.
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
    case
        when body.provider = 'Google' then 'vertex'
        else coalesce(vendor_named(body.provider), vendor_of_model(body.model), 'openrouter')
    end                                                   as provider,
    'openrouter'                                          as gateway,
    body.model                                            as model_raw,
    body.service_tier                                     as tier_reported,
    case body.object
        when 'text_completion' then 'completions'
        else 'chat'
    end                                                   as endpoint,
    case
        when body.usage.is_byok = 'true' then 'byok'
    end                                                   as billing,
    case
        when not starts_with(body.id, 'gen-') then 'a provider field, but no generation of OpenRouter''s'
        when body.usage is null and body.object = 'chat.completion' then 'no usage block'
    end                                                   as problem,
    body.usage is null                                    as usage_missing,
    body.usage.prompt_tokens                              as input_reported,
    body.usage.prompt_tokens_details.cached_tokens        as cache_read_reported,
    body.usage.prompt_tokens_details.cache_write_tokens   as cache_write_reported,
    body.usage.completion_tokens                          as output_reported,
    body.usage.completion_tokens_details.reasoning_tokens as reasoning_reported,
    body.usage.total_tokens                               as total_reported,
    coalesce(
        body.usage.server_tool_use_details.web_search_requests,
        body.usage.server_tool_use.web_search_requests)   as web_search_calls,
    case
        when other_tool_calls > 0 then json_object('server_tool_calls', other_tool_calls)
    end                                                   as other_units,
    case
        when body.usage.is_byok = 'true' then coalesce(body.usage.cost_details.upstream_inference_cost, body.usage.cost)
        else body.usage.cost
    end                                                   as stated_cost,
    case
        when body.usage.is_byok = 'true' and body.usage.cost_details.upstream_inference_cost is not null then 'upstream'
        else 'gateway'
    end                                                   as stated_cost_kind,
    envelope

from record,
    lateral (
        select
            coalesce(try_cast(body.usage.server_tool_use_details.tool_calls_executed as bigint), 0)
                - coalesce(try_cast(body.usage.server_tool_use_details.web_search_requests as bigint), 0)
                as other_tool_calls
    ) as tools
