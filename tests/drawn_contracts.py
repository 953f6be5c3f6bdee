"""Contracts and usage drawn on the edges of what contracts say, for property tests."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import strategies as st

from pricing.contract.calendar import Range
from pricing.contract.reach import Reach
from pricing.contract.terms import (
    Commitment,
    Contract,
    Credit,
    Exclusion,
    FxRate,
    InvoiceRule,
    Markup,
    Provisioned,
    RateTerm,
    Step,
    VolumeTiers,
)
from pricing.contract.words import Every, MarkupBase, Part, VolumeKind, VolumeMeasure
from pricing.vocabulary import Meter, ServiceTier
from tests.contracts import instant, used

YEAR = Range(instant("2026-02-01"), instant("2027-01-15"))
THROUGH = [instant(day) for day in ("2026-02-20", "2026-05-01", "2026-08-01", "2027-01-15")]

reaches = st.builds(
    Reach,
    period=st.sampled_from([
        YEAR,
        Range(YEAR.since, instant("2026-03-10T14:30:00")),
        Range(instant("2026-03-10T14:30:00"), instant("2026-04-20")),
    ]),
    models=st.sampled_from([(), ("acme-small",), ("acme-*",)]),
    tiers=st.sampled_from([(), (ServiceTier.STANDARD,)]),
    meters=st.sampled_from([(), (Meter.OUTPUT,)]),
)  # fmt: skip
percents = st.sampled_from([Decimal(0), Decimal("0.5"), Decimal("33.333333"), Decimal(100)])
amounts = st.sampled_from([Decimal("0.01"), Decimal(1), Decimal(1250), Decimal("99999.99")])
steps = st.lists(st.tuples(amounts, percents), min_size=1, max_size=3, unique_by=lambda s: s[0])


def named(term, /, **parts):
    """Return up to two terms of a kind, of two names."""
    terms = st.lists(st.builds(term, name=st.just(""), reach=reaches, **parts), max_size=2)
    return terms.map(
        lambda found: tuple(replace(t, name=f"{term.__name__} {k}") for k, t in enumerate(found))
    )


#: None of these ties with another.
RATES = (
    RateTerm("all", Reach(YEAR), Decimal("12.345678")),
    RateTerm("output", Reach(YEAR, meters=(Meter.OUTPUT,)), Decimal(50)),
    RateTerm("small", Reach(YEAR, models=("acme-small",)), None, {Meter.OUTPUT: 1}),
    RateTerm("family", Reach(YEAR, models=("acme-*",)), Decimal(100)),
)

contracts = st.builds(
    Contract,
    contract=st.just("drawn"),
    customer=st.just("us"),
    vendor=st.just("Acme"),
    reseller=st.none(),
    providers=st.just(("acme",)),
    list_of=st.none(),
    currency=st.sampled_from(["USD", "EUR"]),
    period=st.just(YEAR),
    rates=st.lists(st.sampled_from(RATES), unique_by=lambda t: t.name).map(tuple),
    excluded=st.lists(
        st.builds(Exclusion, reaches, st.frozensets(st.sampled_from(Part), min_size=1)), max_size=1
    ).map(tuple),
    provisioned=named(
        Provisioned,
        cost=amounts,
        per=st.sampled_from(["hour", "day", "month"]),
        monthly_tokens=st.sampled_from([None, 1, 1_000_000]),
    ),
    volume_tiers=named(
        VolumeTiers,
        kind=st.sampled_from(VolumeKind),
        measure=st.sampled_from(VolumeMeasure),
        every=st.sampled_from(Every),
        steps=steps.map(lambda found: tuple(Step(a, p / 2) for a, p in sorted(found))),
    ),
    credits=named(Credit, amount=amounts, order=st.integers(0, 1)),
    markups=named(Markup, percent=percents, on=st.sampled_from(MarkupBase), fixed=amounts),
    commitments=named(
        Commitment,
        amount=amounts,
        every=st.just(Every.YEAR),
        true_up=st.sampled_from(Every),
        shortfall_percent=percents,
        overage_at_list=st.booleans(),
        counts=st.frozensets(st.sampled_from(["credits", "provisioned", "markups"])),
    ),
    fx=st.just((
        FxRate(YEAR.since, None, Decimal("1.087654321")),
        FxRate(instant("2026-03-20"), None, Decimal("0.98")),
    )),
    paid=st.sampled_from([{}, {instant("2026-03-01"): Decimal("1.1")}]),
    invoice=st.sampled_from([
        None,
        InvoiceRule(Decimal("0.01"), "half_up", Decimal("0.05")),
        InvoiceRule(Decimal(1), "up"),
    ]),
)  # fmt: skip

uses = st.lists(
    st.builds(
        used,
        st.sampled_from([
            "2026-02-10", "2026-03-10T14:29:59.999999", "2026-03-10T14:30:00", "2026-04-19",
            "2026-07-31", "2027-01-14",
        ]),
        st.sampled_from([0, 1, 7, 800_000_000, 123_456_789]),
        model=st.sampled_from(["acme-small", "acme-large"]),
        uncached_input=st.sampled_from([0, 3, 1_000_000]),
        region=st.sampled_from(["global", "eu"]),
    ),
    max_size=6,
)  # fmt: skip
