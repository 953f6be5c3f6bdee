"""Whatever goes wrong between bill and logs: the causes add up, and each fault has its own cause.

A truth is drawn that bill and logs agree on to the last digit; then one of them, or both, is made
wrong in known ways.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.reconcile.bill import Kind
from models.reconcile.causes import Cause
from models.reconcile.line_item import label_of
from models.reconcile.list_prices import Priced
from models.reconcile.summary import KEYS, balances
from tests.bills import DAY, PRICES, causes, line, other, settled, span, tool, used

METERS = ("uncached_input", "cache_read", "cache_write", "output")
PROJECTS = ("reef", "quay")
DAYS = (DAY, DAY + timedelta(days=1))

quantities = st.integers(1, 10**9)


@st.composite
def truths(draw):
    """Return cells (day, project, model, tier, meter) with quantities; some are always there."""
    cells = {
        (day, PROJECTS[0], "acme-large", "standard", meter): draw(quantities)
        for day in DAYS
        for meter in ("uncached_input", "output")
    }
    more = st.tuples(
        st.sampled_from(DAYS),
        st.sampled_from(PROJECTS),
        st.sampled_from([("acme-large", "standard"), ("acme-large", "priority"),
                         ("acme-small", "standard")]),
        st.sampled_from(METERS),
    )  # fmt: skip
    for day, project, (model, tier), meter in draw(st.lists(more, max_size=8)):
        if (model, meter) != ("acme-small", "cache_write"):
            cells[day, project, model, tier, meter] = draw(quantities)
    return cells


def logs_of(truth):
    return [
        used(quantity, meter, day=day, project=project, model=model, tier=tier)
        for (day, project, model, tier, meter), quantity in truth.items()
    ]


def rate_of(day, model, tier, meter, band="short"):
    return PRICES.rate(Priced("acme", model, tier, band, meter, "global", day))


def bill_of(truth):
    return [
        line(
            Decimal(quantity * rate_of(day, model, tier, meter)).scaleb(-12),
            quantity, meter, day=day, project=project, model=model,
            tier=None if tier == "standard" else tier,
        )
        for (day, project, model, tier, meter), quantity in truth.items()
    ]  # fmt: skip


def relabelled(use, **change):
    """Return usage as another log would have it, at that log's price."""
    found = replace(use, **change)
    priced = Priced(
        found.vendor, found.model, found.tier, found.band or "short", found.meter, found.region,
        found.at,
    )  # fmt: skip
    label = label_of(found.model, found.tier, found.meter, found.band)
    return replace(found, label=label, rate=PRICES.rate(priced))


def is_large(use):
    return (use.model, use.tier or "standard") == ("acme-large", "standard")


# ---------------------------------------------------------------- faults


def drop_logs(bill, logged, draw):
    kept = [draw(st.integers(0, 100)) for _ in logged]
    kept[draw(st.integers(0, len(logged) - 1))] = 0
    fewer = [replace(u, quantity=u.quantity * k // 100) for u, k in zip(logged, kept, strict=True)]
    return bill, [use for use in fewer if use.quantity]


def do_not_bill(bill, logged, draw):
    left_out = draw(st.sets(st.integers(0, len(bill) - 1), min_size=1))
    return [each for k, each in enumerate(bill) if k not in left_out], logged


def log_another_tier(bill, logged, draw):
    tier = draw(st.sampled_from(["priority", "batch"]))
    return bill, [relabelled(use, tier=tier) if is_large(use) else use for use in logged]


def log_no_cache(bill, logged, draw):
    """What was read from the cache is logged as ordinary input, or the other way round."""
    was, is_ = draw(st.permutations(["uncached_input", "cache_read"]))
    moved = [use for use in logged if is_large(use) and use.meter == was]
    if not moved:
        was, is_ = is_, was
    return bill, [
        relabelled(use, meter=is_) if is_large(use) and use.meter == was else use for use in logged
    ]


def bill_the_price_of_another_date(bill, logged, draw):
    then = draw(st.sampled_from([datetime(2026, 4, 1), datetime(2026, 5, 2)]))
    return [
        replace(
            each,
            amount=(each.quantity * rate_of(then, each.model, "standard", each.meter)).scaleb(-12),
        )
        if is_large(each)
        else each
        for each in bill
    ], logged


def bill_long_context(bill, logged, draw):
    del draw
    dearer = [
        replace(
            each,
            band="long",
            label=label_of(each.model, None, each.meter, "long"),
            amount=(
                each.quantity * rate_of(each.span.start, each.model, "standard", each.meter, "long")
            ).scaleb(-12),
        )
        if is_large(each)
        else each
        for each in bill
    ]
    return dearer, [replace(use, bucket=True) for use in logged]


def log_another_region(bill, logged, draw):
    region = draw(st.sampled_from(["eu", "us"]))
    return bill, [relabelled(use, region=region) if is_large(use) else use for use in logged]


def lose_the_price(bill, logged, draw):
    model = draw(st.sampled_from(sorted({use.model for use in logged})))
    return bill, [
        replace(use, rate=None, band=None, reason="tier_unknown") if use.model == model else use
        for use in logged
    ]


def log_another_project(bill, logged, draw):
    moved = draw(st.integers(0, len(logged) - 1))
    use = logged[moved]
    project = next(each for each in PROJECTS if each != use.project)
    return bill, [*logged[:moved], replace(use, project=project), *logged[moved + 1 :]]


def log_on_the_next_day(bill, logged, draw):
    """A part of every meter, such as some requests have."""
    part = draw(st.integers(1, 100))
    late = [use for use in logged if use.span == span(DAYS[0]) and is_large(use)]
    found = [use for use in logged if use not in late]
    for use in late:
        moved = max(use.quantity * part // 100, Decimal(1))
        found.append(replace(use, quantity=moved, span=span(DAYS[1]), at=DAYS[1]))
        if use.quantity > moved:
            found.append(replace(use, quantity=use.quantity - moved))
    return bill, found


def bill_tools(bill, logged, draw):
    amount = Decimal(draw(st.integers(1, 10**9))).scaleb(-6)
    return [*bill, tool(amount, draw(st.none() | quantities), project=PROJECTS[0])], logged


def give_credit(bill, logged, draw):
    return [*bill, other(Kind.CREDIT, -Decimal(draw(quantities)).scaleb(-4), "credit")], logged


def tax(bill, logged, draw):
    return [*bill, other(Kind.TAX, Decimal(draw(quantities)).scaleb(-4), "VAT")], logged


def exchange(bill, logged, draw):
    change = Decimal(draw(st.integers(1, 999))).scaleb(-4)
    return [replace(each, exchange=each.amount * change) for each in bill], logged


def print_fewer_places(bill, logged, draw):
    places = draw(st.integers(2, 9))
    unit = Decimal(1).scaleb(-places)
    return [
        replace(each, amount=each.amount.quantize(unit, ROUND_HALF_EVEN), half_unit=unit / 2)
        for each in bill
    ], logged


def bill_in_other_words(bill, logged, draw):
    return [*bill, other(Kind.UNREAD, Decimal(draw(quantities)).scaleb(-4), "tides")], logged


def negotiate(bill, logged, draw):
    """A discount that no price of the book gives: between 1 % and 4 %, in ten-thousandths."""
    factor = 1 - Decimal(draw(st.integers(101, 399))).scaleb(-4)
    return [replace(each, amount=each.amount * factor) for each in bill], logged


FAULTS = {
    drop_logs: Cause.NOT_LOGGED,
    do_not_bill: Cause.NOT_BILLED,
    log_another_tier: Cause.TIER,
    log_no_cache: Cause.CACHED_SHARE,
    bill_the_price_of_another_date: Cause.PRICE_VERSION,
    bill_long_context: Cause.CONTEXT_BAND,
    log_another_region: Cause.REGION,
    lose_the_price: Cause.UNPRICED,
    log_another_project: Cause.OTHER_PROJECT,
    log_on_the_next_day: Cause.OTHER_DAY,
    bill_tools: Cause.TOOLS,
    give_credit: Cause.CREDITS,
    tax: Cause.TAXES,
    exchange: Cause.CURRENCY,
    print_fewer_places: Cause.ROUNDING,
    bill_in_other_words: Cause.UNREAD,
    negotiate: Cause.UNIT_PRICE,
}


# ---------------------------------------------------------------- what holds


@given(truths())
def test_a_bill_of_what_was_logged_has_no_cause(truth):
    assert causes(bill_of(truth), logs_of(truth)) == {}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda each: each.__name__)
@settings(max_examples=60)
@given(data=st.data())
def test_a_fault_alone_has_its_own_cause(fault, data):
    truth = data.draw(truths())
    bill, logged = fault(bill_of(truth), logs_of(truth), data.draw)
    found = causes(bill, logged)

    assert set(found) <= {FAULTS[fault]}
    if fault is not print_fewer_places:
        assert found


def without_quantities(bill):
    return [replace(each, quantity=None) for each in bill]


def in_one_amount(bill):
    """Return a bill as the dashboard exports it: one amount a day."""
    return [
        other(Kind.WHOLE, each.amount, day=each.span.start, exchange=each.exchange)
        if each.kind in {Kind.USAGE, Kind.TOOL, Kind.UNREAD}
        else each
        for each in bill
    ]


@pytest.mark.parametrize("form", [list, without_quantities, in_one_amount])
@settings(max_examples=150)
@given(data=st.data())
def test_the_causes_of_any_faults_add_up(form, data):
    truth = data.draw(truths())
    bill, logged = bill_of(truth), logs_of(truth)
    for fault in data.draw(st.lists(st.sampled_from(list(FAULTS)), max_size=4)):
        if fault not in {bill_the_price_of_another_date, bill_long_context} or all(
            each.quantity for each in bill if each.kind is Kind.USAGE
        ):
            bill, logged = fault(bill, logged, data.draw) if bill and logged else (bill, logged)
    found = settled(form(bill), logged)

    for by in KEYS:
        for balance in balances(found.post, by).values():
            assert balance.difference == sum(each.amount for each in balance.causes.values())


@given(truths())
def test_an_amount_without_a_quantity_ties_too(truth):
    assert causes(without_quantities(bill_of(truth)), logs_of(truth)) == {}
    assert causes(in_one_amount(bill_of(truth)), logs_of(truth)) == {}


@settings(max_examples=40)
@given(data=st.data())
def test_the_order_of_lines_and_logs_does_not_matter(data):
    truth = data.draw(truths())
    bill, logged = bill_of(truth), logs_of(truth)
    for fault in data.draw(st.lists(st.sampled_from([drop_logs, log_another_tier, tax]))):
        bill, logged = fault(bill, logged, data.draw) if logged else (bill, logged)

    turned = causes(data.draw(st.permutations(bill)), data.draw(st.permutations(logged)))
    assert turned == causes(bill, logged)
