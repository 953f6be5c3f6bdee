-- whatif_session_events: a sample of whole sessions, each event with its cell and its place in time.
--
-- in   staged_session  events as whatif_events gives them
--      price_class     {class_keys} are the keys of both
--      cell            {cell_keys} are its keys and those of staged_session
-- out  session, conversation (its number), place (from 1 within it), before_from (the place of the
--      one before at the same model), event_ts, cell, input_tokens, cached, and cacheable: of a request that read from the cache what it read, else what nine of
--      ten that did read at most; in steps of 128 tokens

with numbered as (

    select
        staged_session.session,
        dense_rank() over (order by staged_session.session) as conversation,
        staged_session.event_ts,
        cell.cell,
        price_class.model,
        coalesce(staged_session.input_tokens, 0)      as input_tokens,
        coalesce(staged_session.cache_read_tokens, 0) as cached,
        row_number() over (
            partition by staged_session.session
            order by staged_session.event_ts, staged_session.event_id
        )                                             as place,
        row_number() over (
            partition by staged_session.session, coalesce(staged_session.cache_read_tokens, 0) > 0
            order by staged_session.cache_read_tokens
        )                                             as cached_rank,
        count(*) over (
            partition by staged_session.session, coalesce(staged_session.cache_read_tokens, 0) > 0
        )                                             as alike

    from staged_session

    join price_class on {class_keys}

    join cell on cell.class = price_class.class {cell_keys}

),

usual as (

    select session, min(cached) as cached

    from numbered

    where cached > 0 and cached_rank * 10 >= alike * 9

    group by session

)

select
    numbered.session,
    numbered.conversation,
    numbered.place,
    lag(numbered.place) over (
        partition by numbered.conversation, numbered.model order by numbered.place
    ) as before_from,
    numbered.event_ts,
    numbered.cell,
    numbered.input_tokens,
    numbered.cached,
    case when numbered.cached > 0 then numbered.cached else coalesce(usual.cached, 0) end
        - mod(case when numbered.cached > 0 then numbered.cached else coalesce(usual.cached, 0) end, 128)
        as cacheable

from numbered

left join usual on usual.session = numbered.session
