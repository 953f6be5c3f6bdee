-- openai_costs: OpenAI's Costs API (pages, buckets) and the dashboard's cost exports (CSV).
--
-- recognised:
--   object = organization.costs.result
-- formats: json csv
-- wrapped: no
-- stores: provider_cost
-- unfolds:
--   data[].results[]
--   results[]
-- reads:
--   object                 VARCHAR
--   container              BIGINT
--   data                   STRUCT(start_time VARCHAR, end_time VARCHAR, width VARCHAR, grouped_by VARCHAR, slot VARCHAR, observed_at VARCHAR)
--   outer                  STRUCT(start_time VARCHAR, end_time VARCHAR, width VARCHAR, grouped_by VARCHAR, slot VARCHAR, observed_at VARCHAR)
--   key                    VARCHAR
--   amount                 STRUCT(value VARCHAR, currency VARCHAR)
--   amount_value           VARCHAR
--   amount_currency        VARCHAR
--   quantity               VARCHAR
--   quantity_unit          VARCHAR
--   line_item              VARCHAR
--   project_id             VARCHAR
--   organization_id        VARCHAR
--   user_id                VARCHAR
--   api_key_id             VARCHAR
-- key: width, start and every value it was grouped by; of two pulls the later one counts, by its own word or its file's time
-- counts: money and billed quantities; no requests
-- tier: the prefix of the line item, where it has one; without one the tier is not said
-- traps:
--   An amount is a number in some pages and text in others; its decimals are kept as written.
--   A line item is '[tier | ]model[ text|audio|image], input|cached input|cache writes|output[, long context]', or no model at all.
--   How batch is spelt there is not known; a prefix is kept whatever it is.
--   A line item that is not understood is kept with its money.
--   Costs and usage do not agree to the day: work that ends after midnight may be billed on the day before.
--
-- in   record(body, envelope)
-- out  one row per record, as stated

select
    'openai_costs:' || bucket.width || ':' || coalesce(bucket.slot, bucket.start_time) || ':' || body."key" as cost_key,
    body.container                                          as pull,
    case when bucket is null then 'empty bucket' end        as not_usage,
    'openai'                                                as provider,
    'openai_costs ' || bucket.width
        || case when bucket.grouped_by <> '' then ' by ' || bucket.grouped_by else '' end as series,
    coalesce(bucket.slot, bucket.start_time)                as bucket_start,
    bucket.end_time                                         as bucket_end,
    coalesce(body.amount.value, body.amount_value)          as amount,
    lower(coalesce(body.amount.currency, body.amount_currency)) as currency,
    body.line_item,
    coalesce(item.model <> '' or tool.kind <> '' or other.name <> '', false) as parsed,
    case
        when contains(lower(item.tier), 'batch')   then 'batch'
        when tier_of(item.tier) <> 'unknown'       then tier_of(item.tier)
        else lower(nullif(item.tier, ''))
    end                                                     as service_tier,
    coalesce(nullif(item.model, ''), nullif(other.name, '')) as model,
    lower(nullif(item.modality, ''))                        as modality,
    case
        when item.kind ilike 'input'                  then 'uncached_input'
        when item.kind ilike 'cached input'           then 'cache_read'
        when item.kind ilike 'cache writes - 12%'     then 'cache_write_long'
        when item.kind ilike 'cache writes%'          then 'cache_write'
        when item.kind ilike 'output'                 then 'output'
        when tool.kind <> ''                          then replace(lower(tool.kind), ' ', '_')
    end                                                     as meter,
    case
        when item.model <> '' then item.band <> ''
    end                                                     as long_context,
    body.quantity,
    body.quantity_unit,
    body.project_id,
    body.organization_id,
    body.user_id,
    body.api_key_id,
    bucket.observed_at                                      as observed_at,
    envelope

from (
    select
        body,
        envelope,
        coalesce(body.data, body."outer") as bucket,
        regexp_extract(
            body.line_item,
            '^(?i)(?:(.+) \| )?([^\s,|]+)(?: (text|audio|image))?, (input|cached input|cache writes(?: - \w+)?|output)(, long context)?$',
            ['tier', 'model', 'modality', 'kind', 'band']) as item,
        regexp_extract(body.line_item, '^(?i)(web search|file search|vector storage)(?: tool calls)?$', ['kind']) as tool,
        regexp_extract(body.line_item, '^(whisper|tts|dall-e|sora)[\w.-]*$', ['name']) as other
    from record
) as line
