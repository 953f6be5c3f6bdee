-- latest_costs: for every key of provider_cost, the rows of the one pull that counts.
--
-- in   candidates  rows of provider_cost, stored or new, with `stored` and `pull`
-- out  the rows that are kept: of the pull that was observed last; of pulls observed at once the
--      one of the larger sum, then of the larger amounts, so that the order of loading never
--      matters. Several rows of one key within a pull are all kept.

with pulls as (

    select
        cost_key,
        stored,
        file_id,
        coalesce(pull, -1)                   as pull_number,
        max(observed_at)                     as observed_at,
        sum(amount)                          as total,
        list_reverse_sort(list(amount))      as amounts

    from candidates

    group by all

),

ranked as (

    select
        *,
        row_number() over (
            partition by cost_key
            order by observed_at desc, total desc, amounts desc, stored desc, file_id, pull_number
        )                                    as place

    from pulls

)

select candidates.*

from candidates
join ranked
    on  candidates.cost_key = ranked.cost_key
    and candidates.stored = ranked.stored
    and candidates.file_id = ranked.file_id
    and coalesce(candidates.pull, -1) = ranked.pull_number

where ranked.place = 1
