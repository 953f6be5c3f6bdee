-- day_wide_usage: buckets that are a whole UTC day wide.
--
-- in   selected  events of a question
-- out  one row: how many

select count(*) as buckets

from selected

where grain = 'bucket' and series like '% 1d%'
