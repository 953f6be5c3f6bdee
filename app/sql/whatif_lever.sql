-- whatif_lever: what a lever makes of the lines that it is about, priced by the rule.
--
-- in   {state}     lines, each with its cost
--      model_name, rates  as find_rate has them
-- out  block (number of what blocks it, NULL: nothing), was_pico; and the columns of rated usage
--
-- {spill} of a line, a share, is paid as it was in the end. {takes} chooses lines, {changed} are the columns of usage with the lever's changes, {block} is
-- the number of the first block that holds. {find_rate} and {rated_usage} are the rule.

with tried as (

    select line, was_pico, block, {columns}

    from (select {changed}, cost_pico as was_pico, {block} as block from {state} where {takes}) as taken

),

stamped as (

    with usage as (select * from tried) select * from ({find_rate}) as found

),

priced as (

    with usage as (select * from stamped) select * from ({rated_usage}) as rated

)

select
    * replace (
        cast(cost_pico + cast(was_pico - cost_pico as decimal(34, 0)) * cast({spill} as decimal(3, 2)) as bigint)
            as cost_pico
    )

from priced
