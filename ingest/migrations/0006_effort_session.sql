-- 0006_effort_session: how hard a model was told to think, and which requests follow each other.
--
-- in   a database of 0005
-- out  usage_event with two more columns; NULL in what was loaded before

alter table usage_event add column effort varchar;  -- as logged: none, minimal, low, medium, high, xhigh, max
alter table usage_event add column session varchar; -- session, conversation or thread, else prompt cache key, else trace
