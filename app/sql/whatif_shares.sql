-- whatif_shares: how many prompts have which cached share, by workload.
--
-- in   {events}  as whatif_events gives them; of each {step} lines of a log one is taken
-- out  workload, share (least of its step, in millionths), events
--
-- Only prompts count that can be cached.

select
    key_workload as workload,
    {share}      as share,
    count(*)     as events

from ({events}) as event

where input_tokens >= 1024 and mod(coalesce(line, 0), {step}) = 0

group by key_workload, {share}
