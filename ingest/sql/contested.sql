-- contested: for every id that several records claim, the one record that is kept.
--
-- in   candidates  rows of usage_event, stored or new; `stored` tells which, and `bucket_size` how
--                  much a bucket holds
-- out  one row per event_id: the record of the highest rank; of equal ranks the larger bucket, or
--      the one with the most output, then input, then by its other values, so that the order of
--      loading never matters. Labels that any of the records carries are kept; the tier is that of the highest
--      rank that knows it; other sources of the same request are named.

with ranked as (

    select
        candidates.*,
        row_number() over (
            partition by event_id
            order by
                rank desc,
                bucket_size desc,
                coalesce(output_tokens, -1) desc,
                coalesce(input_tokens, -1) desc,
                coalesce(cache_read_tokens, -1) desc,
                event_ts desc,
                service_tier,
                model_raw,
                source,
                region = 'global',
                region,
                billable desc,
                requests desc,
                grain,
                provider,
                endpoint,
                status,
                service_tier_source,
                uncached_input_tokens,
                cache_write_tokens,
                cache_write_long_tokens,
                web_search_calls desc,
                file_search_calls desc,
                reasoning_tokens desc,
                flags,
                stored desc,
                file_id,
                line
        )                                                as place,
        min(project) over (partition by event_id)        as any_project,
        min(team) over (partition by event_id)           as any_team,
        min(user_id) over (partition by event_id)        as any_user_id,
        min(api_key) over (partition by event_id)        as any_api_key,
        min(workload) over (partition by event_id)       as any_workload,
        min(account) over (partition by event_id)        as any_account,
        min(tags) over (partition by event_id)           as any_tags,
        min(effort) over (partition by event_id)         as any_effort,
        -- A trace, which has 32 hexadecimal digits, is the least that tells requests of a session.
        first_value(session) over (
            partition by event_id
            order by session is null, regexp_full_match(session, '[0-9a-f]{32}'), session) as any_session,
        min(gateway) over (partition by event_id)        as any_gateway,
        max(stated_cost_usd) over (partition by event_id) as any_stated_cost_usd,
        min(nullif(region, 'global')) over (partition by event_id) as any_region,
        first_value(stated_cost_kind) over (
            partition by event_id order by stated_cost_usd desc nulls last, stated_cost_kind) as any_cost_kind,
        first_value(service_tier) over best_tier         as any_tier,
        first_value(service_tier_source) over best_tier  as any_tier_source,
        first_value(tier_rank) over best_tier            as any_tier_rank,
        string_agg(distinct concat_ws(',', source, also_in), ',') over (partition by event_id) as any_source

    from candidates

    window best_tier as (
        partition by event_id
        order by service_tier = 'unknown', tier_rank desc, service_tier, service_tier_source)

)

select
    ranked.* exclude (
        bucket_size, place, any_project, any_team, any_user_id, any_api_key, any_workload,
        any_account, any_tags, any_effort, any_session, any_gateway, any_stated_cost_usd, any_region, any_cost_kind, any_tier,
        any_tier_source, any_tier_rank, any_source)
    replace (
        any_project         as project,
        any_team            as team,
        any_user_id         as user_id,
        any_api_key         as api_key,
        any_workload        as workload,
        any_account         as account,
        any_tags            as tags,
        any_effort          as effort,
        any_session         as session,
        any_gateway         as gateway,
        any_stated_cost_usd as stated_cost_usd,
        any_cost_kind       as stated_cost_kind,
        coalesce(any_region, 'global') as region,
        any_tier            as service_tier,
        any_tier_source     as service_tier_source,
        any_tier_rank       as tier_rank,
        nullif(array_to_string(list_sort(list_distinct(list_filter(
            string_split(any_source, ','), lambda name: name <> ranked.source))), ','), '') as also_in)

from ranked

where place = 1
