-- openrouter_generations: OpenRouter's activity export (CSV, a row per generation) and its /generation objects.
--
-- recognised:
--   has tokens_prompt
--   has tokens_completion
--   has created_at
-- formats: json csv
-- wrapped: no
-- unfolds: data
-- reads:
--   id                     VARCHAR
--   generation_id          VARCHAR
--   created_at             VARCHAR
--   model                  VARCHAR
--   model_permaslug        VARCHAR
--   provider_name          VARCHAR
--   service_tier           VARCHAR
--   tokens_prompt          VARCHAR
--   tokens_completion      VARCHAR
--   tokens_reasoning       VARCHAR
--   tokens_cached          VARCHAR
--   native_tokens_prompt   VARCHAR
--   native_tokens_completion VARCHAR
--   native_tokens_reasoning VARCHAR
--   native_tokens_cached   VARCHAR
--   total_cost             VARCHAR
--   cost_total             VARCHAR
--   upstream_inference_cost VARCHAR
--   byok_usage_inference   VARCHAR
--   is_byok                VARCHAR
--   api_type               VARCHAR
--   cancelled              VARCHAR
--   finish_reason          VARCHAR
--   finish_reason_normalized VARCHAR
--   external_user          VARCHAR
--   user                   VARCHAR
--   api_key_name           VARCHAR
--   app_name               VARCHAR
-- key: the generation id (gen-…), the id of the response body
-- counts: the prompt includes what was read from the cache; writes are not told
-- tier: not told by the export; service_tier where the object has one
-- traps:
--   The columns come in any order, and 21 or 24 of them.
--   tokens_prompt is normalised over vendors; where native_tokens_prompt is there, that is what is billed.
--   With the user's own key cost_total is 0 and the vendor bills byok_usage_inference.
--   created_at has no zone: it is UTC.
--   A cancelled stream is billed.
--
-- in   record(body, envelope)
-- out  one row per record, counts as reported

with told as (

    select
        body,
        envelope,
        coalesce(body.total_cost, body.cost_total)                         as cost,
        coalesce(body.byok_usage_inference, body.upstream_inference_cost)  as upstream_cost,
        body.is_byok = 'true' or (
            body.is_byok is null and try_cast(body.byok_usage_inference as double) > 0
            and coalesce(try_cast(body.cost_total as double), 0) = 0)      as own_key

    from record

)

select
    coalesce(body.generation_id, body.id)                 as event_id,
    26                                                    as rank,
    body.created_at                                       as time,
    case
        when body.provider_name = 'Google' then 'vertex'
        else coalesce(vendor_named(body.provider_name), vendor_of_model(coalesce(body.model_permaslug, body.model)), 'openrouter')
    end                                                   as provider,
    'openrouter'                                          as gateway,
    coalesce(body.model_permaslug, body.model)            as model_raw,
    body.service_tier                                     as tier_reported,
    body.api_type                                         as endpoint,
    case
        when body.cancelled = 'true' then 'cancelled'
        else coalesce(body.finish_reason_normalized, body.finish_reason)
    end                                                   as status,
    case when own_key then 'byok' end                     as billing,
    case
        when coalesce(try_cast(body.tokens_prompt as bigint), 0) = 0
            and coalesce(try_cast(body.tokens_completion as bigint), 0) = 0
            and coalesce(try_cast(body.native_tokens_prompt as bigint), 0) = 0
            and coalesce(try_cast(cost as double), 0) = 0
            and coalesce(try_cast(upstream_cost as double), 0) = 0
        then 'no tokens and no cost'
    end                                                   as not_usage,
    coalesce(body.native_tokens_prompt, body.tokens_prompt) as input_reported,
    coalesce(body.native_tokens_cached, body.tokens_cached) as cache_read_reported,
    coalesce(body.native_tokens_completion, body.tokens_completion) as output_reported,
    coalesce(body.native_tokens_reasoning, body.tokens_reasoning) as reasoning_reported,
    body.app_name                                         as project,
    coalesce(body."user", body.external_user)             as user_id,
    body.api_key_name                                     as api_key_name,
    case when own_key then coalesce(upstream_cost, cost) else cost end as stated_cost,
    case when own_key and upstream_cost is not null then 'upstream' else 'gateway' end as stated_cost_kind,
    envelope

from told
