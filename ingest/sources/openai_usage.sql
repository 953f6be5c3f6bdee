-- openai_usage: OpenAI's Usage API (pages, buckets) and the dashboard's usage exports (CSV).
--
-- recognised:
--   object = organization.usage.completions.result | organization.usage.decisions.result | organization.usage.embeddings.result | organization.usage.moderations.result | organization.usage.images.result | organization.usage.audio_speeches.result | organization.usage.audio_transcriptions.result | organization.usage.vector_stores.result | organization.usage.code_interpreter_sessions.result | organization.usage.file_searches.result | organization.usage.file_search_calls.result | organization.usage.web_searches.result | organization.usage.web_search_calls.result
-- formats: json csv
-- wrapped: no
-- unfolds:
--   data[].results[]
--   results[]
-- reads:
--   object                 VARCHAR
--   container              BIGINT
--   data                   STRUCT(start_time VARCHAR, slot VARCHAR, width VARCHAR, grouped_by VARCHAR)
--   outer                  STRUCT(start_time VARCHAR, slot VARCHAR, width VARCHAR, grouped_by VARCHAR)
--   key                    VARCHAR
--   input_tokens           VARCHAR
--   input_cached_tokens    VARCHAR
--   input_uncached_tokens  VARCHAR
--   input_cache_write_tokens VARCHAR
--   input_cache_write_12h_tokens VARCHAR
--   output_tokens          VARCHAR
--   input_audio_tokens     VARCHAR
--   input_cached_audio_tokens VARCHAR
--   output_audio_tokens    VARCHAR
--   input_image_tokens     VARCHAR
--   input_cached_image_tokens VARCHAR
--   output_image_tokens    VARCHAR
--   num_model_requests     VARCHAR
--   num_requests           VARCHAR
--   num_sessions           VARCHAR
--   sessions               VARCHAR
--   images                 VARCHAR
--   characters             VARCHAR
--   seconds                VARCHAR
--   usage_bytes            VARCHAR
--   model                  VARCHAR
--   batch                  VARCHAR
--   service_tier           VARCHAR
--   project_id             VARCHAR
--   project_name           VARCHAR
--   user_id                VARCHAR
--   user_email             VARCHAR
--   api_key_id             VARCHAR
--   api_key_name           VARCHAR
--   api_source             VARCHAR
--   size                   VARCHAR
--   source                 VARCHAR
--   context_level          VARCHAR
--   vector_store_id        VARCHAR
-- key: endpoint, width, start and every value it was grouped by; a bucket pulled again replaces itself, the larger wins
-- counts: input_tokens includes cached and cache-write tokens of every modality; no reasoning count
-- tier: batch by its flag, else service_tier; default proves standard only where the batch flag says no
-- traps:
--   A field that was not grouped by is null, and so may be one that was: the grouping is a pull's.
--   A bucket is cut off at the ends of the query: the key holds its width, not its end.
--   Rows with the same key occur within one pull and add up.
--   Exports write floats ("10.0") and FALSE; a day without usage is a row of times.
--   Audio and generated images cost another rate than text; where they occur, they are named in other_units.
--   Requests that searched the web are counted among completions; their calls are counted here.
--   Two organisations look alike unless they are grouped by project.
--
-- in   record(body, envelope)
-- out  one row per record, counts as reported

with told as (

    select
        body,
        envelope,
        coalesce(body.data, body."outer")                   as bucket,
        case regexp_extract(body.object, '^organization\.usage\.(\w+)\.result$', 1)
            when 'file_searches' then 'file_search_calls'
            when 'web_searches'  then 'web_search_calls'
            else regexp_extract(body.object, '^organization\.usage\.(\w+)\.result$', 1)
        end                                                 as endpoint,
        whole(body.input_tokens)                            as input_tokens,
        whole(body.input_cached_tokens)                     as cached,
        whole(body.input_cache_write_tokens)                as written,
        whole(body.input_cache_write_12h_tokens)            as written_long,
        nullif(body.num_model_requests, '')                 as model_requests,
        regexp_matches(body.model, 'image|realtime')        as prices_images_apart

    from record

),

counted as (

    select
        *,
        case
            when written is not null or written_long is not null then coalesce(
                cast(coalesce(try_cast(written as bigint), 0) + coalesce(try_cast(written_long as bigint), 0) as varchar),
                written)
        end                                                 as all_written,
        case when regexp_matches(concat(body.input_audio_tokens, body.input_cached_audio_tokens,
            body.output_audio_tokens, body.input_image_tokens, body.input_cached_image_tokens, body.output_image_tokens,
            body.images, body.characters, body.seconds, body.usage_bytes), '[1-9]')
        then json_merge_patch('{}', to_json({
            'input_audio_tokens': nullif(try_cast(whole(body.input_audio_tokens) as bigint), 0),
            'input_cached_audio_tokens': nullif(try_cast(whole(body.input_cached_audio_tokens) as bigint), 0),
            'output_audio_tokens': nullif(try_cast(whole(body.output_audio_tokens) as bigint), 0),
            'input_image_tokens': case when prices_images_apart
                then nullif(try_cast(whole(body.input_image_tokens) as bigint), 0) end,
            'input_cached_image_tokens': case when prices_images_apart
                then nullif(try_cast(whole(body.input_cached_image_tokens) as bigint), 0) end,
            'output_image_tokens': nullif(try_cast(whole(body.output_image_tokens) as bigint), 0),
            'images': nullif(try_cast(whole(body.images) as bigint), 0),
            'characters': nullif(try_cast(whole(body.characters) as bigint), 0),
            'audio_seconds': nullif(try_cast(body.seconds as double), 0),
            'vector_store_bytes': nullif(try_cast(whole(body.usage_bytes) as bigint), 0)
        })) else '{}' end                                   as units

    from told

)

select
    'openai_usage:' || endpoint || ':' || bucket.width || ':' || coalesce(bucket.slot, bucket.start_time)
        || ':' || body."key"                                as event_id,
    bucket.start_time                                       as time,
    'openai'                                                as provider,
    body.model                                              as model_raw,
    case
        when lower(body.batch) = 'true' then 'batch'
        when body.batch is null and tier_of(body.service_tier) = 'standard' then null
        else body.service_tier
    end                                                     as tier_reported,
    endpoint,
    'bucket'                                                as grain,
    'openai_usage ' || endpoint || ' ' || bucket.width
        || case when bucket.grouped_by <> '' then ' by ' || bucket.grouped_by else '' end as series,
    body.container                                          as pull,
    case
        when endpoint in ('completions', 'decisions', 'embeddings', 'moderations', 'images', 'audio_speeches', 'audio_transcriptions')
            then coalesce(try_cast(whole(model_requests) as bigint), 0)
        else 0
    end                                                     as requests,
    case
        when units = '{}'
            and coalesce(try_cast(whole(model_requests) as bigint), 0) = 0
            and coalesce(try_cast(whole(body.num_requests) as bigint), 0) = 0
            and coalesce(try_cast(whole(body.num_sessions) as bigint), try_cast(whole(body.sessions) as bigint), 0) = 0
            and coalesce(input_tokens, '0') = '0'
            and coalesce(whole(body.output_tokens), '0') = '0' then 'empty bucket'
    end                                                     as not_usage,
    case
        when is_not_a_count(whole(model_requests)) then 'requests are not a whole number'
        when is_not_a_count(whole(body.images)) or is_not_a_count(whole(body.characters))
            or is_not_a_count(whole(body.usage_bytes))
            or (body.seconds is not null and try_cast(body.seconds as double) is null) then 'a quantity is not a number'
        when body.input_uncached_tokens is not null
            and try_cast(whole(body.input_uncached_tokens) as bigint) + coalesce(try_cast(cached as bigint), 0)
                + coalesce(try_cast(all_written as bigint), 0) is distinct from try_cast(input_tokens as bigint)
            then 'cached, written and other input do not add up to the input'
    end                                                     as problem,
    input_tokens                                            as input_reported,
    cached                                                  as cache_read_reported,
    all_written                                             as cache_write_reported,
    written_long                                            as cache_write_long_reported,
    whole(body.output_tokens)                               as output_reported,
    case when endpoint = 'web_search_calls' then whole(body.num_requests) end  as web_search_calls,
    case when endpoint = 'file_search_calls' then whole(body.num_requests) end as file_search_calls,
    coalesce(whole(body.num_sessions), whole(body.sessions)) as container_sessions,
    cast(nullif(cast(units as varchar), '{}') as json)      as other_units,
    coalesce(nullif(body.project_id, ''), body.project_name) as project,
    coalesce(nullif(body.user_id, ''), body.user_email)     as user_id,
    coalesce(nullif(body.api_key_id, ''), body.api_key_name) as api_key_name,
    json_merge_patch('{}', to_json({
        'project_name': body.project_name,
        'api_source': body.api_source,
        'size': body.size,
        'source': body.source,
        'context_level': body.context_level,
        'vector_store_id': body.vector_store_id
    }))                                                     as tags,
    envelope

from counted
