-- whatif_numbered: cells with a number, and that of their class.
--
-- in   staged       cells as whatif_cells gives them
--      price_class  as whatif_classes gives them; {joined} are the keys of both
-- out  cell, class; {keys}, {values} and {measures} of the cell

select
    row_number() over (order by price_class.class) as cell,
    price_class.class,
    {keys}
    {values}
    staged.least_output,
    staged.events,
    staged.records,
    staged.requests,
    staged.prompt_tokens,
    {measures}

from staged

join price_class on {joined}
