"""The explain dialog: every charge line of one request, and the price behind it."""

import polars as pl
import streamlit as st

from app.charts.amounts import UNKNOWN, count_full, usd_exact
from app.dashboard.answers import explained
from app.dashboard.card import escaped, right
from app.dashboard.settings import settings
from app.dashboard.store import local
from app.dashboard.trust import book_digest, opened
from app.explanation import Explanation
from app.money import RATE_UNITS
from app.pricing_basis import Basis
from pricing.published import END
from pricing.rate import Charge, RatedUsage


@st.dialog("Explain", width="large")
def explain_dialog(event_id: str, used: Basis) -> None:
    """Show why a request cost what it did, at the prices used."""
    found = explained(event_id, used)
    if found.rated is None:
        st.markdown(f"**{'Not billed' if found.reason is None else 'No price'}**")
        st.markdown(escaped(found.detail[:1].upper() + found.detail[1:]))
    else:
        st.markdown(f"**{escaped(sentence(found.rated))}**")
        st.dataframe(
            charge_table(found.rated),
            hide_index=True,
            height="content",
            alt="Charges of the request",
            column_config=right(["Quantity", "Rate", "Amount"]),
        )
    st.caption(f"{escaped(opened(used.words))}, book {book_digest()}")
    columns = st.columns(2) if found.rated else [st.container(), st.container()]
    with columns[0]:
        if found.rated:
            _price(found.rated)
    with columns[1]:
        _request(found)


def sentence(rated: RatedUsage) -> str:
    """Write a request's cost as its sum: amount = quantity × rate + ..."""
    terms = " + ".join(f"{count_full(c.quantity)} × {_rate(c)}" for c in rated.charges)
    tokens_only = not any(charge.meter.is_tool for charge in rated.charges)
    per = " per 1M" if tokens_only and rated.charges else ""
    return f"{usd_exact(rated.cost_pico)} = {terms}{per}" if terms else "Nothing was used: $0.00"


def charge_table(rated: RatedUsage) -> pl.DataFrame:
    """Return the charge lines and their sum, exact, as text."""
    rows = [
        (
            charge.meter.value.replace("_", " "),
            count_full(charge.quantity),
            _rate(charge),
            RATE_UNITS[charge.meter.unit][0],
            usd_exact(charge.amount_pico),
        )
        for charge in rated.charges
    ]
    rows.append(("Sum", "", "", "", usd_exact(rated.cost_pico)))
    names = ["Meter", "Quantity", "Rate", "per", "Amount"]
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")


def _rate(charge: Charge) -> str:
    return usd_exact(charge.pico_usd_per_unit * RATE_UNITS[charge.meter.unit][1])


def _price(rated: RatedUsage) -> None:
    price, entry = rated.price, rated.price.entry
    ends = "no end known" if price.effective_until == END else f"{price.effective_until:%-d %b %Y}"
    facts = {
        "Price version": f"`{price.price_version}`",
        "In force": f"{price.effective_from:%-d %b %Y} to {ends}",
        "Known since": f"{entry.known_at:%-d %b %Y}, {escaped(entry.status)}, "
        f"confidence {escaped(entry.confidence)}",
        "Sources": ", ".join(f"`{source}`" for source in entry.sources),
    }
    if price.region != "global":
        facts["Region"] = f"`{price.region}`, uplift included"
    _facts(facts)


def _request(found: Explanation) -> None:
    event = found.event
    at = local(event["event_ts"], settings().zone)
    size = None if event["grain"] == "bucket" else event["input_tokens"]
    logged = "" if event["model"] == event["model_raw"] else f", logged as `{event['model_raw']}`"
    facts = {
        "Request": f"`{event['event_id']}`",
        "Time": f"{at:%-d %b %Y %H:%M:%S} {settings().zone_name}",
        "Model": f"`{event['model']}`{logged}",
        "Service tier": f"{event['service_tier']} (from: {event['service_tier_source']})",
        "Prompt": UNKNOWN if size is None else f"{count_full(size)} tokens",
        "Logged in": f"`{event['path']}`, line {count_full(event['line'])}",
        **{name.capitalize(): escaped(said) for name, said in found.peculiarities.items()},
    }
    if event["stated_cost_usd"] is not None:
        stated = f"{event['stated_cost_usd']:f}".rstrip("0").rstrip(".")
        facts["Log states"] = f"\\${stated} (not used)"
    _facts(facts)


def _facts(facts: dict[str, str]) -> None:
    st.markdown("  \n".join(f":gray[{name}] {value}" for name, value in facts.items()))
