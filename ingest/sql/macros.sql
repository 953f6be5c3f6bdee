-- macros: small readings that every source shares.
--
-- in   text as a log wrote it
-- out  a value, or NULL where it cannot be read

-- A count is canonical when writing it again gives the same text: 12 is, 12.0, 1e3 and " 12" are not.
create or replace temp macro count_of(text) as try_cast(text as bigint);

-- Some formats write every number as a float: 10.0 is 10, and 1e3 is 1000. Other text is left alone.
create or replace temp macro whole(text) as
    case
        when text is null or not regexp_full_match(text, '-?[0-9]+(\.0*)?([eE][+]?[0-9]{1,2})?') then text
        else coalesce(cast(try_cast(try_cast(text as decimal(38, 6)) as bigint) as varchar), text)
    end;

create or replace temp macro is_not_a_count(text) as
    text is not null and coalesce(cast(try_cast(text as bigint) as varchar) <> text, true);

create or replace temp macro larger_count(one, other) as
    case
        when one is null then other
        when other is null then one
        when try_cast(other as bigint) > try_cast(one as bigint) then other
        else one
    end;

-- Unix seconds (with or without a fraction), milliseconds, microseconds or nanoseconds, or ISO 8601;
-- without a zone it is UTC. A double holds today's microseconds exactly.
create or replace temp macro instant_of(text, number) as
    case
        when number >= 0 and number < 100000000000 then make_timestamp(cast(number * 1000000 as bigint))
        when number >= 0 and number < 100000000000000 then make_timestamp(cast(number * 1000 as bigint))
        when number >= 100000000000000 and number < 100000000000000000 then make_timestamp(cast(number as bigint))
        when number >= 100000000000000000 and number < 9000000000000000000
            then cast(make_timestamp_ns(try_cast(text as bigint)) as timestamp)
        else cast(try_cast(text as timestamptz) as timestamp)
    end;

-- The usual words come first: lower() is only asked of the others.
create or replace temp macro tier_of(text) as
    case
        when text is null      then 'unknown'
        when text = 'default'  then 'standard'
        when text = 'standard' then 'standard'
        else case lower(text)
            when 'default'   then 'standard'
            when 'standard'  then 'standard'
            when 'flex'      then 'flex'
            when 'priority'  then 'priority'
            when 'fast'      then 'priority'
            when 'batch'     then 'batch'
            when 'scale'     then 'scale'
            when 'ultrafast' then 'ultrafast'
            else 'unknown'
        end
    end;

-- Keys are kept as the first twelve digits of their SHA-256, whether a log wrote the key or its hash.
create or replace temp macro key_hash(text) as
    case
        when text is null or text = '' then null
        when regexp_full_match(text, '[0-9a-f]{64}') then 'key-' || left(text, 12)
        else 'key-' || left(sha256(text), 12)
    end;

-- A processing region shows in the host that was called.
create or replace temp macro region_of(url) as
    coalesce(nullif(regexp_extract(url, '^https?://([a-z]{2})\.api\.openai\.com', 1), ''), 'global');

-- Tool calls of a response: counted by the provider, else from what it put out. Opening a page
-- that was found is not a search.
create or replace temp macro web_searches_of(counted, output) as
    case
        when counted is not null then counted
        when output is not null then cast(nullif(len(list_filter(output, lambda item:
            item."type" = 'web_search_call' and coalesce(item."action"."type", 'search') = 'search')), 0) as varchar)
    end;

create or replace temp macro file_searches_of(output) as
    case
        when output is not null
            then cast(nullif(len(list_filter(output, lambda item: item."type" = 'file_search_call')), 0) as varchar)
    end;

-- Cache writes at the extended retention: as detailed, else all of them if that was asked for.
create or replace temp macro long_writes_of(details, ttl, writes) as
    case
        when details is not null then details.ttl_12h_tokens
        when ttl = '12h' then writes
    end;

-- "name:value" tags as an object; the values of a name that comes twice are listed.
create or replace temp macro object_of_tags(tags) as
    to_json(map_from_entries(list_transform(
        list_sort(list_distinct(list_transform(tags, lambda tag: trim(split_part(tag, ':', 1))))),
        lambda name: struct_pack(
            k := name,
            v := array_to_string(list_sort(list_distinct(list_transform(
                list_filter(tags, lambda tag: trim(split_part(tag, ':', 1)) = name),
                lambda tag: case when contains(tag, ':') then trim(substr(tag, instr(tag, ':') + 1)) else 'true' end
            ))), ', ')))));

create or replace temp macro object_of(labels) as
    case json_type(labels)
        when 'OBJECT' then labels
        when 'ARRAY'  then object_of_tags(list_filter(cast(labels as varchar[]), lambda tag: tag is not null))
    end;

-- Labels as one JSON object, from an object, a list of tags, or either written as text.
create or replace temp macro labels_of(labels) as
    case left(cast(labels as varchar), 1)
        when '{' then labels
        when '[' then object_of(labels)
        when '"' then object_of(try_cast(labels ->> '$' as json))
    end;

-- Of a label that both objects have, the second is kept.
create or replace temp macro both_labels(one, other) as
    case
        when other is null then one
        when one is null   then other
        else json_merge_patch(one, other)
    end;

-- A label as it may be stored: not empty, and without a key that somebody put there.
create or replace temp macro label_of(text) as
    case
        when contains(text, 'sk-') or contains(text, 'AIza') or contains(text, 'earer ')
            then regexp_replace(regexp_replace(text,
                '(^|[^A-Za-z0-9])(sk-|AIza)[A-Za-z0-9_-]{16,}', '\1\2...', 'g'),
                '([Bb]earer )[A-Za-z0-9._~+/=-]{16,}', '\1...', 'g')
        else nullif(text, '')
    end;

-- Reasoning effort as a log writes it: a word, or the object that holds one. Other text is none.
create or replace temp macro effort_word(text) as
    case text
        when 'none'    then text
        when 'minimal' then text
        when 'low'     then text
        when 'medium'  then text
        when 'high'    then text
        when 'xhigh'   then text
        when 'max'     then text
        else case
            when regexp_full_match(lower(text), 'extra_?high')      then 'xhigh'
            when regexp_full_match(lower(text), '[a-z0-9_-]{1,20}') then lower(text)
        end
    end;

create or replace temp macro effort_in(text) as
    case
        when starts_with(text, '{') then try(json_extract_string(text, '$.effort'))
        else text
    end;

-- The same of a request that was logged beside its answer.
create or replace temp macro asked_effort(request) as
    coalesce(
        request.reasoning_effort,
        json_extract_string(request.reasoning, '$.effort'),
        json_extract_string(request.output_config, '$.effort'));

-- What requests of a session share. A long id is kept as the first digits of its hash.
create or replace temp macro session_of(text) as
    case
        when length(text) > 200 then 'session-' || left(sha256(text), 12)
        else label_of(text)
    end;

-- A vendor as gateways spell it: 'Amazon Bedrock', 'aws-bedrock' and 'bedrock' are one.
create or replace temp macro vendor_named(name) as
    case lower(name)
        when 'openai'           then 'openai'
        when 'anthropic'        then 'anthropic'
        when 'azure'            then 'azure'
        when 'azure openai'     then 'azure'
        when 'azure-openai'     then 'azure'
        when 'amazon bedrock'   then 'bedrock'
        when 'aws-bedrock'      then 'bedrock'
        when 'google ai studio' then 'google'
        when 'google-ai-studio' then 'google'
        when 'gemini'           then 'google'
        when 'google vertex'    then 'vertex'
        when 'google-vertex-ai' then 'vertex'
        when 'vertex_ai'        then 'vertex'
        else nullif(replace(lower(name), ' ', '-'), '')
    end;

-- The vendor of a model, where its id says so for certain: by a vendor's prefix or a family's name.
-- Open weights (gpt-oss) are sold by many.
create or replace temp macro vendor_of_model(model) as
    case
        when starts_with(model, 'gpt-')
            then case when not starts_with(model, 'gpt-oss') then 'openai' end
        when starts_with(model, 'claude-') then 'anthropic'
        when starts_with(model, 'gemini-') then 'google'
        when contains(model, '/') then case split_part(lower(model), '/', 1)
            when 'openai'    then case when not starts_with(model, 'openai/gpt-oss') then 'openai' end
            when 'anthropic' then 'anthropic'
            when 'google'    then 'google'
            when 'gemini'    then 'google'
            when 'azure'     then 'azure'
            when 'bedrock'   then 'bedrock'
            when 'vertex_ai' then 'vertex'
        end
        when regexp_matches(model, '^(o[134](-|$)|chatgpt-|text-embedding-(3|ada)|codex-|dall-e-|whisper-1|tts-1)')
            then 'openai'
    end;

-- Counts of two fields, or of a list of them, added as text; what is no count stays visible as none.
create or replace temp macro added(one, other) as
    case
        when one is null then other
        when other is null then one
        else coalesce(cast(try_cast(one as bigint) + try_cast(other as bigint) as varchar), concat(one, '+', other))
    end;

create or replace temp macro sum_of(counts) as
    case
        when len(list_filter(counts, lambda each: is_not_a_count(each))) > 0
            then list_filter(counts, lambda each: is_not_a_count(each))[1]
        when len(counts) > 0
            then cast(list_sum(list_transform(counts, lambda each: try_cast(each as bigint))) as varchar)
    end;

-- The usage of an Anthropic message. Its own counts leave out two kinds of iterations: compactions,
-- which the same model bills, and what another model advised, for which there is no rate here.
create or replace temp macro iterations_of(iterations, kind) as
    list_filter(iterations, lambda each: each."type" = kind);

create or replace temp macro advice_of(advice) as
    case
        when len(advice) > 0 then to_json(struct_pack(
            advisor_input_tokens := list_sum(list_transform(advice, lambda each:
                coalesce(try_cast(each.input_tokens as bigint), 0)
                + coalesce(try_cast(each.cache_read_input_tokens as bigint), 0)
                + coalesce(try_cast(each.cache_creation_input_tokens as bigint), 0))),
            advisor_output_tokens := list_sum(list_transform(advice, lambda each:
                coalesce(try_cast(each.output_tokens as bigint), 0)))))
    end;

create or replace temp macro anthropic_counts(usage) as struct_pack(
    uncached := added(usage.input_tokens, sum_of(list_transform(
        iterations_of(usage.iterations, 'compaction'), lambda each: each.input_tokens))),
    cache_read := added(usage.cache_read_input_tokens, sum_of(list_transform(
        iterations_of(usage.iterations, 'compaction'), lambda each: each.cache_read_input_tokens))),
    cache_write := added(
        coalesce(usage.cache_creation_input_tokens, added(
            usage.cache_creation.ephemeral_5m_input_tokens, usage.cache_creation.ephemeral_1h_input_tokens)),
        sum_of(list_transform(
            iterations_of(usage.iterations, 'compaction'), lambda each: each.cache_creation_input_tokens))),
    cache_write_long := added(usage.cache_creation.ephemeral_1h_input_tokens, sum_of(list_transform(
        iterations_of(usage.iterations, 'compaction'),
        lambda each: each.cache_creation.ephemeral_1h_input_tokens))),
    output := added(usage.output_tokens, sum_of(list_transform(
        iterations_of(usage.iterations, 'compaction'), lambda each: each.output_tokens))),
    reasoning := usage.output_tokens_details.thinking_tokens,
    web_searches := usage.server_tool_use.web_search_requests,
    other_units := advice_of(iterations_of(usage.iterations, 'advisor_message')),
    region := nullif(usage.inference_geo, 'not_available'),
    tier := case
        when usage.speed = 'fast' then 'ultrafast'
        else usage.service_tier
    end);

-- Who bills an Anthropic message shows in its id.
create or replace temp macro anthropic_provider(id) as
    case
        when id like 'msg\_bdrk\_%' escape '\' then 'bedrock'
        when id like 'msg\_vrtx\_%' escape '\' then 'vertex'
        else 'anthropic'
    end;

-- The usage of a Gemini response: tokens of tool results are input beside the prompt, thoughts are
-- output beside the candidates.
create or replace temp macro google_counts(usage) as struct_pack(
    given := added(usage.promptTokenCount, usage.toolUsePromptTokenCount),
    cache_read := usage.cachedContentTokenCount,
    put_out := case
        when usage.promptTokenCount is not null
            then coalesce(added(usage.candidatesTokenCount, usage.thoughtsTokenCount), '0')
    end,
    reasoning := usage.thoughtsTokenCount,
    total := usage.totalTokenCount,
    tier := coalesce(
        lower(replace(usage.serviceTier, 'SERVICE_TIER_', '')),
        case usage.trafficType
            when 'ON_DEMAND'              then 'standard'
            when 'ON_DEMAND_PRIORITY'     then 'priority'
            when 'ON_DEMAND_FLEX'         then 'flex'
            when 'PROVISIONED_THROUGHPUT' then 'scale'
        end),
    provider := case
        when usage.trafficType is not null then 'vertex'
        else 'google'
    end);

-- The kind of call, where a gateway only logs its path; any other path is kept, without what is asked
-- there: Google's API takes its key as a parameter.
create or replace temp macro endpoint_of(path) as
    case
        when regexp_matches(path, 'chat/completions([?]|$)') then 'chat'
        when regexp_matches(path, 'responses([?]|$)')        then 'responses'
        when regexp_matches(path, 'embeddings([?]|$)')       then 'embeddings'
        when regexp_matches(path, 'messages([?]|$)')         then 'messages'
        when regexp_matches(path, 'completions([?]|$)')      then 'completions'
        else nullif(split_part(path, '?', 1), '')
    end;

-- The vendor of a traced call: instrumentations name it in many ways ('gcp.vertex_ai', 'anthropic.messages'),
-- and frameworks name themselves.
create or replace temp macro traced_vendor(name, model) as
    case
        when lower(name) like 'az%' or lower(name) like 'microsoft.azure%' then 'azure'
        when lower(name) like '%bedrock%' or lower(name) = 'aws' then 'bedrock'
        when lower(name) = 'gcp.vertex.agent' then 'google'
        when lower(name) like '%vertex%' then 'vertex'
        when regexp_matches(lower(name), '^(gcp|google)|gemini') then 'google'
        when name is null
            or regexp_matches(lower(name), 'agent|lang|llama|crewai|pydantic|haystack|semantic|litellm|openrouter|gateway')
            then coalesce(
                case when regexp_matches(model, '^([a-z]+\.)?(anthropic|amazon|meta|mistral|cohere|deepseek)\.') then 'bedrock' end,
                vendor_of_model(model), split_part(lower(name), '.', 1), 'unknown')
        else vendor_named(split_part(name, '.', 1))
    end;
