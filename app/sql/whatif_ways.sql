-- whatif_ways: what goes the same way, from one class of prices by one rule.
--
-- in   ruled  as whatif_ruled gives it
--      cell   as whatif_numbered gives it
-- out  way, class, rule, waits, kept; {sums} of its cells

select
    row_number() over (order by ruled.class, ruled.rule, ruled.waits, ruled.kept) as way,
    ruled.class,
    ruled.rule,
    ruled.waits,
    ruled.kept,
    {sums}

from ruled

join cell on cell.cell = ruled.cell

group by ruled.class, ruled.rule, ruled.waits, ruled.kept
