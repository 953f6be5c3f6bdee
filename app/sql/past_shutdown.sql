-- past_shutdown: models that were used after the day their vendor shut them down.
--
-- in   usage_event, model_name, shutdown(vendor, model, shutdown_at)
-- out  one row per model: the shutdown, requests after it, and the last of them

select
    model_name.vendor,
    shutdown.model,
    shutdown.shutdown_at,
    sum(usage_event.requests)   as requests,
    max(usage_event.event_ts)   as last_ts

from usage_event

join model_name
    on  model_name.provider  = usage_event.provider
    and model_name.model_raw = usage_event.model_raw

join shutdown
    on  shutdown.vendor = model_name.vendor
    and shutdown.model  = model_name.model

where usage_event.event_ts >= shutdown.shutdown_at

group by model_name.vendor, shutdown.model, shutdown.shutdown_at

order by requests desc, shutdown.model
