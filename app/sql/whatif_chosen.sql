-- whatif_chosen: the model that each cell of the sample of sessions goes to.
--
-- in   session_event, cell, price_class, ruled, way, decided  as the steps before have them
-- out  cell, rule, workload, model_from, model_to; number_to: the latter's number

with chosen as (

    select
        cell.cell,
        ruled.rule,
        cell.workload,
        price_class.model as model_from,
        case when ruled.kept = '' and choice.reason is null
             then coalesce(choice.model, price_class.model)
             else price_class.model
        end as model_to

    from cell

    join (select distinct cell from session_event) as sampled on sampled.cell = cell.cell

    join price_class on price_class.class = cell.class

    join ruled on ruled.cell = cell.cell

    join way
        on  way.class = ruled.class
        and way.rule  = ruled.rule
        and way.waits = ruled.waits
        and way.kept  = ruled.kept

    left join decided as choice on choice.way = way.way and choice.part = 'choice'

)

select
    chosen.*,
    dense_rank() over (order by model_to) as number_to

from chosen
