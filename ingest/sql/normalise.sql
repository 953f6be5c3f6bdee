-- normalise: what a source reported, made into the columns of usage_event, or the reason why not.
--
-- in   reported  one row per record: a source's select, missing columns filled with NULL
-- out  claimed, usual (nothing is there that was taken to be absent), not_usage, problem, and the
--      columns of usage_event that come from a record
--
-- The meters become disjoint here, once: uncached input is what is left of the input after cache
-- reads and writes. A write is reported unadjusted by some, so a write that overlaps the read is cut
-- and flagged. Nothing is taken as zero that was not reported.

with unfolded as (

    -- Whatever is used more than once gets a name here, so that it is worked out once.
    select
        *,
        coalesce(time, envelope."timestamp", envelope."time", envelope."ts", envelope."date",
            cast(getvariable('declared_time') as varchar)) as time_text,
        labels_of(body_metadata)                as body_labels,
        labels_of(envelope.metadata)            as line_labels,
        labels_of(coalesce(tags, envelope.tags)) as tag_labels,
        tier_of(tier_fixed)                     as tier_by_source,
        tier_of(tier_reported)                  as tier_by_response,
        coalesce(base_url, envelope.base_url, envelope.api_base, envelope.url) as called_url,
        coalesce(grain, 'request')              as told_grain,
        case
            when grain = 'bucket' then 10000000000000
            else 10000000000
        end                                     as most_tokens

    from reported

),

labelled as (

    select
        *,
        try_cast(time_text as double)         as time_number,
        label_of(cast(case
            when line_labels is null and tag_labels is null then body_labels
            else both_labels(tag_labels, both_labels(line_labels, body_labels))
        end as varchar))                      as labels

    from unfolded

),

counted as (

    select
        *,
        count_of(uncached_reported)         as uncached_n,
        count_of(cache_read_reported)       as cache_read_n,
        count_of(cache_write_reported)      as cache_write_n,
        count_of(cache_write_long_reported) as cache_write_long_n,
        count_of(output_reported)           as output_n,
        count_of(reasoning_reported)        as reasoning_n,
        count_of(total_reported)            as total_n,
        count_of(web_search_calls)          as web_search_n,
        count_of(file_search_calls)         as file_search_n,
        count_of(container_sessions)        as container_n,
        case
            when labels is not null
                then json_extract_string(labels, [
                    '$.project', '$.team', '$.user', '$.workload',
                    '$.effort', '$.reasoning_effort',
                    '$.session', '$.session_id', '$.conversation_id', '$.thread_id', '$.prompt_cache_key'])
        end                                 as named,
        concat(input_reported, uncached_reported, cache_read_reported, cache_write_reported, cache_write_long_reported,
            output_reported, reasoning_reported, total_reported, web_search_calls, file_search_calls,
            container_sessions)
                                            as counts_text,
        instant_of(time_text, time_number)  as event_ts

    from labelled

),

summed as (

    -- Some report the whole input, some what is left of it after the cache.
    select
        *,
        case
            when uncached_n is null then count_of(input_reported)
            else uncached_n + coalesce(cache_read_n, 0) + coalesce(cache_write_n, 0)
        end                                 as input_n,
        coalesce(
            nullif(effort, ''), nullif(envelope.reasoning_effort, ''), nullif(envelope.effort, ''),
            asked_effort(envelope.request), nullif(named[5], ''), named[6])   as effort_text,
        coalesce(
            nullif(session, ''), nullif(envelope.session, ''), nullif(envelope.session_id, ''),
            nullif(envelope.conversation_id, ''), nullif(envelope.thread_id, ''), nullif(named[7], ''),
            nullif(named[8], ''), nullif(named[9], ''), nullif(named[10], ''),
            nullif(envelope.prompt_cache_key, ''), nullif(envelope.request.prompt_cache_key, ''),
            nullif(named[11], ''), prefix_key)                  as session_text

    from counted

),

weighed as (

    -- One look that passes nearly every record; what it does not pass is asked what is wrong.
    select
        *,
        problem is null
        and event_id <> ''
        and not contains(counts_text, '.')
        and not contains(counts_text, 'e')
        and not contains(counts_text, 'E')
        and coalesce(web_search_n, 0) between 0 and 10000000
        and coalesce(file_search_n, 0) between 0 and 10000000
        and coalesce(container_n, 0) between 0 and 10000000
        and input_n <= most_tokens
        and output_n <= most_tokens
        and (uncached_n is null) = (uncached_reported is null)
        and (container_n is null) = (container_sessions is null)
        and (cache_read_n is null) = (cache_read_reported is null)
        and (cache_write_n is null) = (cache_write_reported is null)
        and (cache_write_long_n is null) = (cache_write_long_reported is null)
        and (reasoning_n is null) = (reasoning_reported is null)
        and (total_n is null) = (total_reported is null)
        and (web_search_n is null) = (web_search_calls is null)
        and (file_search_n is null) = (file_search_calls is null)
        and least(input_n, uncached_n, cache_read_n, cache_write_n, cache_write_long_n, output_n, reasoning_n) >= 0
        and coalesce(cache_read_n, 0) + coalesce(cache_write_n, 0) <= input_n
        and coalesce(cache_write_long_n, 0) <= coalesce(cache_write_n, 0)
        and coalesce(reasoning_n, 0) <= output_n
        and coalesce(total_n, input_n + output_n) = input_n + output_n
        and event_ts >= timestamp '2018-01-01'
        and event_ts < timestamp '2100-01-01' as plainly_right,
        effort_in(effort_text)              as effort_said

    from summed

),

checked as (

    select
        *,
        case
            when not_usage is not null or plainly_right then null
            when problem is not null then problem
            when coalesce(event_id, '') = '' then 'no id'
            when coalesce(usage_missing, false) then case
                when event_ts is null then 'no readable time'
                when event_ts < timestamp '2018-01-01' or event_ts >= timestamp '2100-01-01' then 'time out of range'
            end
            when is_not_a_count(input_reported) or is_not_a_count(uncached_reported) then 'input tokens are not a whole number'
            when is_not_a_count(cache_read_reported) then 'cached tokens are not a whole number'
            when is_not_a_count(cache_write_reported) then 'cache-write tokens are not a whole number'
            when is_not_a_count(cache_write_long_reported) then 'cache-write tokens are not a whole number'
            when is_not_a_count(output_reported) then 'output tokens are not a whole number'
            when is_not_a_count(reasoning_reported) then 'reasoning tokens are not a whole number'
            when is_not_a_count(total_reported) then 'total tokens are not a whole number'
            when is_not_a_count(web_search_calls) then 'web search calls are not a whole number'
            when is_not_a_count(file_search_calls) then 'file search calls are not a whole number'
            when is_not_a_count(container_sessions) then 'container sessions are not a whole number'
            when input_n is null and output_n is null and other_units is null
                and coalesce(web_search_n, file_search_n, container_n) is null then 'usage without token counts'
            when least(input_n, uncached_n, cache_read_n, cache_write_n, cache_write_long_n, output_n, reasoning_n, total_n) < 0
                then 'negative token count'
            when least(web_search_n, file_search_n, container_n) < 0 then 'negative count of tool calls'
            when greatest(input_n, output_n) > most_tokens then 'token count too large to be true'
            when greatest(web_search_n, file_search_n, container_n) > 10000000 then 'count of tool calls too large to be true'
            when cache_read_n > input_n then 'more cached tokens than input tokens'
            when cache_write_n > input_n then 'more cache-write tokens than input tokens'
            when cache_write_long_n > cache_write_n then 'more long cache-write tokens than cache-write tokens'
            when reasoning_n > output_n then 'more reasoning tokens than output tokens'
            when total_n <> coalesce(input_n, 0) + coalesce(output_n, 0)
                then 'total tokens contradict input plus output'
            when event_ts is null then 'no readable time'
            when event_ts < timestamp '2018-01-01' or event_ts >= timestamp '2100-01-01' then 'time out of range'
        end as fault,
        case
            when cache_write_n is not null then least(cache_write_n, input_n - coalesce(cache_read_n, 0))
        end as cache_write_cut

    from weighed

)

select
    envelope.claimed                     as claimed,
    envelope.usual                       as usual,
    case when envelope.claimed then not_usage end as not_usage,
    case when envelope.claimed then fault end as problem,
    event_id,
    cast(coalesce(rank, 0) as smallint)  as rank,
    event_ts,
    case
        when provider = 'openai' and regexp_matches(called_url, '\.(openai\.azure|cognitiveservices\.azure)\.com')
            then 'azure'
        else lower(provider)
    end                                  as provider,
    gateway,
    coalesce(model_raw, '')              as model_raw,
    case
        when tier_by_source <> 'unknown' then tier_by_source
        else tier_by_response
    end                                  as service_tier,
    cast(coalesce(rank, 0) as smallint)  as tier_rank,
    case
        when tier_by_source <> 'unknown' then tier_fixed_by
        when tier_by_response <> 'unknown' then 'response'
        else 'none'
    end                                  as service_tier_source,
    lower(coalesce(
        nullif(region, ''), nullif(envelope.region, ''),
        case when called_url is null then 'global' else region_of(called_url) end)) as region,
    label_of(endpoint)                   as endpoint,
    status,
    told_grain                           as grain,
    series,
    pull,
    coalesce(billable, true)             as billable,
    coalesce(billing, 'metered')         as billing,
    cast(coalesce(requests, 1) as bigint) as requests,
    case
        when told_grain = 'bucket' then 0
        else input_n
    end                                  as input_tokens,
    input_n - coalesce(cache_read_n, 0) - coalesce(cache_write_cut, 0) as uncached_input_tokens,
    cache_read_n                         as cache_read_tokens,
    cache_write_cut - least(coalesce(cache_write_long_n, 0), cache_write_cut) as cache_write_tokens,
    case
        when cache_write_long_n is not null then least(cache_write_long_n, cache_write_cut)
    end                                  as cache_write_long_tokens,
    output_n                             as output_tokens,
    web_search_n                         as web_search_calls,
    file_search_n                        as file_search_calls,
    container_n                          as container_sessions,
    cast(other_units as varchar)         as other_units,
    coalesce(usage_missing, false)       as usage_missing,
    reasoning_n                          as reasoning_tokens,
    label_of(coalesce(
        nullif(project, ''), nullif(envelope.project, ''), nullif(envelope.project_id, ''),
        named[1]))                       as project,
    label_of(coalesce(
        nullif(team, ''), nullif(envelope.team, ''), nullif(envelope.team_alias, ''),
        nullif(envelope.team_id, ''), named[2])) as team,
    label_of(coalesce(
        nullif(user_id, ''), nullif(envelope."user", ''), nullif(envelope.user_id, ''),
        named[3]))                       as user_id,
    coalesce(
        label_of(coalesce(
            nullif(api_key_name, ''), nullif(envelope.api_key_name, ''),
            nullif(envelope.api_key_alias, ''), envelope.key_alias)),
        key_hash(coalesce(nullif(api_key, ''), envelope.api_key))) as api_key,
    label_of(coalesce(
        nullif(workload, ''), nullif(envelope.workload, ''), nullif(envelope.feature, ''),
        named[4]))                       as workload,
    effort_word(effort_said)             as effort,
    session_of(session_text)             as session,
    case when envelope.claimed then nullif(labels, '{}') end as tags,
    try_cast(stated_cost as decimal(18, 12)) as stated_cost_usd,
    case
        when stated_cost is not null then coalesce(stated_cost_kind, 'gateway')
    end                                  as stated_cost_kind,
    case when cache_write_cut < cache_write_n then 'cache_overlap' end as flags

from checked
