-- contested: for every id that several records claim, the one record that is kept.
--
-- in   candidates  rows of usage_event, stored or new; `stored` tells which
-- out  one row per event_id: the record of the highest rank; of equal ranks the one with the
--      most output, then input, then by its other values, so that the order of loading never
--      matters. Labels that any of the records carries are kept.

with ranked as (

    select
        candidates.*,
        row_number() over (
            partition by event_id
            order by
                rank desc,
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
        min(gateway) over (partition by event_id)        as any_gateway,
        max(stated_cost_usd) over (partition by event_id) as any_stated_cost_usd

    from candidates

)

select
    ranked.* exclude (
        place, any_project, any_team, any_user_id, any_api_key, any_workload,
        any_account, any_tags, any_gateway, any_stated_cost_usd)
    replace (
        any_project         as project,
        any_team            as team,
        any_user_id         as user_id,
        any_api_key         as api_key,
        any_workload        as workload,
        any_account         as account,
        any_tags            as tags,
        any_gateway         as gateway,
        any_stated_cost_usd as stated_cost_usd)

from ranked

where place = 1
