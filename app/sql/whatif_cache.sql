-- whatif_cache: what stays cached of a sample of sessions when their requests go to other models.
--
-- in   session_event  as whatif_session_events gives it
--      chosen         cell, rule, workload, model_from and model_to of each cell
--      {ttl}          seconds after which a cache is forgotten
-- out  rule, workload, model_to; whether any request moved, sessions, requests, cached tokens as logged and as they would be
--
-- Each model has a cache of its own. A request whose predecessor at its model is the one it had
-- keeps what it read, whatever time went by: all that led to it is there. The first request of a
-- session at a model that is new to it reads nothing. Any other reads what it can, if the
-- predecessor is recent. Prompts under 1024 tokens read nothing.

with placed as (

    select
        session_event.*,
        chosen.rule,
        chosen.workload,
        chosen.model_from,
        chosen.model_to,
        lag(session_event.place) over (
            partition by session_event.conversation, chosen.model_from order by session_event.place
        ) as before_from,
        lag(session_event.place) over (
            partition by session_event.conversation, chosen.model_to order by session_event.place
        ) as before_to,
        lag(session_event.event_ts) over (
            partition by session_event.conversation, chosen.model_to order by session_event.place
        ) as last_at

    from session_event

    join chosen on chosen.cell = session_event.cell

)

select
    rule,
    workload,
    model_to,
    max(case when model_from <> model_to then 1 else 0 end) as moved,
    count(distinct conversation) as sessions,
    count(*)                    as requests,
    cast(sum(cached) as bigint) as cached,
    cast(sum(
        case when before_from = before_to then cached
             when before_to is null then
                 case when before_from is null and model_from = model_to then cached else 0 end
             when input_tokens < 1024 then 0
             when event_ts > last_at + interval '{ttl} seconds' then 0
             else least(cacheable, input_tokens - mod(input_tokens, 128))
        end) as bigint)         as kept

from placed

group by rule, workload, model_to
