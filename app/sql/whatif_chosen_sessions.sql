-- whatif_chosen_sessions: whole sessions of about so many events, by chance that is always the same.
--
-- in   session_size  session, events
--      {digest}      sessions beyond this digest are not looked at
--      {most}        events
-- out  session

select session

from (

    select
        session,
        sum(events) over (order by md5(session), session) as reached

    from session_size

    where events <= {most} and md5(session) <= '{digest}'

) as lined_up

where reached <= {most}
