-- whatif_cache: what each request of a sample of sessions finds cached when they go to other models.
--
-- in   session_event  as whatif_session_events gives it
--      chosen         cell, rule, workload, model_from and model_to of each cell, and the latter's
--                     number_to
--      {ttl}          seconds after which a cache is forgotten
-- out  rule, workload, model_from, model_to, conversation; cached tokens as logged, those it keeps,
--      and those it had from other sessions
--
-- Each model has a cache of its own. A request whose predecessor at its model is the one it had
-- keeps what it read, whatever time went by: all that led to it is there. What the first request
-- of a session read came from other sessions: at another model it is there as far as they go there
-- too. A session that comes to a model in its middle reads nothing at first. Any other request
-- reads what it can, if the predecessor is recent. Prompts under 1024 tokens read nothing.

with sent as (

    select
        session_event.*,
        chosen.rule,
        chosen.workload,
        chosen.model_from,
        chosen.model_to,
        chosen.number_to

    from session_event

    join chosen on chosen.cell = session_event.cell

),

moved as (

    select distinct conversation

    from sent

    where model_from <> model_to

),

placed as (

    select
        sent.*,
        lag(place) over (partition by conversation, number_to order by place)    as before_to,
        lag(event_ts) over (partition by conversation, number_to order by place) as last_at

    from sent

    where conversation in (select conversation from moved)

)

select
    rule,
    workload,
    model_from,
    model_to,
    conversation,
    cached,
    case when before_from = before_to then cached
         when before_to is null then
             case when before_from is null and model_from = model_to then cached else 0 end
         when input_tokens < 1024 then 0
         when event_ts > last_at + interval '{ttl} seconds' then 0
         else least(cacheable, input_tokens - mod(input_tokens, 128))
    end as kept,
    case when before_to is null and before_from is null and model_from <> model_to then cached
         else 0
    end as from_others

from placed

union all

-- A session that stays where it is keeps all.
select rule, workload, model_from, model_to, conversation, cached, cached, 0

from sent

where conversation not in (select conversation from moved)
