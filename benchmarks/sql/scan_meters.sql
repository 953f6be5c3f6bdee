-- scan_meters: the least that any answer has to read.
--
-- in   usage_event
-- out  one row: the sum of each meter

select
    sum(uncached_input_tokens),
    sum(cache_read_tokens),
    sum(cache_write_tokens),
    sum(cache_write_long_tokens),
    sum(output_tokens),
    sum(web_search_calls),
    sum(file_search_calls),
    sum(container_sessions)

from usage_event
