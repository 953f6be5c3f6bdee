-- whatif_events: the events of a what-if, each with the bins and labels that cells are told apart by.
--
-- in   {events}       the events a question selects
--      named          provider, model_raw, model, vendor: one row per logged id that the book knows
--      session_size   session, session_requests; {sessions} joins it where there are sessions
-- out  {keys}, and of the event what is summed or stands for a cell: event_ts, event_id, session,
--      line, input_tokens, output_tokens, other_units, requests and the meters
--
-- {fields} are columns of the event, {clock} its local time, {session_requests} how many requests
-- its session has. {first} is what is asked of the first event of a session, {columns} what each
-- event has of it.

with event as not materialized (

    select
        {fields}
        {clock}                                           as local_ts,
        {session_requests}                                as session_requests,
        coalesce(named.model, usage.model_raw, '')        as model,
        named.vendor                                      as vendor,
        case when named.model is null then coalesce(usage.model_raw, '')
             else concat(named.vendor, '|', named.model)
        end                                               as model_key

    from {events} as usage

    left join named
        on  named.provider  = usage.provider
        and named.model_raw = usage.model_raw

    {sessions}

),

first_event as (

    select
        session,
        arg_min(struct_pack({first}), struct_pack(at := event_ts, id := event_id)) as told

    from event

    where session is not null

    group by session

),

placed as (

    select event.*{columns}

    from event

    {joined}

)

select
    {keys}
    event_ts,
    event_id,
    session,
    line,
    input_tokens,
    output_tokens,
    other_units,
    {measures}

from placed as event
