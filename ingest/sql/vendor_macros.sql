-- vendor_macros: who sells a model, and how each vendor counts; they stand on macros.sql.
--
-- in   names and usage as a log wrote them
-- out  a word, counts in common terms, or NULL where it cannot be read

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
