"""The rates of one entry, meter by meter, or the reason why it has none."""

from collections.abc import Mapping
from functools import partial

from pricing.load_words import sentence
from pricing.load_yaml import Section
from pricing.money import pico_from_text
from pricing.vocabulary import TOKEN_METERS, Meter, UnpricedReason

#: What vendors call a token meter. Cache writes are named by their retention.
RATE_KEYS = {
    "input": Meter.UNCACHED_INPUT,
    "cached_input": Meter.CACHE_READ,
    "cache_write_30m": Meter.CACHE_WRITE,
    "cache_write_5m": Meter.CACHE_WRITE,
    "cache_write_12h": Meter.CACHE_WRITE_LONG,
    "cache_write_1h": Meter.CACHE_WRITE_LONG,
    "output": Meter.OUTPUT,
}
#: Written instead of a rate: the meter bills what ordinary input bills.
AS_INPUT = "input"
WITHOUT_RATE = ("not_offered", "not_published")
NO_PRICE_KEYS = {
    "not_offered": UnpricedReason.TIER_NOT_OFFERED,
    "not_published": UnpricedReason.RATE_NOT_PUBLISHED,
}

Rates = dict[Meter, int | None]


def read_rates(section: Section) -> tuple[Rates, Mapping[Meter, str]]:
    """Read `rates`: pico-dollars per token, and the words of the table beside them.

    None is a meter the table says has no rate. Nothing is read where anything is
    wrong: the first result is empty.
    """
    written = section.section("rates", RATE_KEYS)
    rates: Rates = {}
    stated: dict[Meter, str] = {}
    if written is None:
        return {}, {}
    good = True
    for key in written.nodes:
        meter = RATE_KEYS[key]
        if meter in stated:
            twice = f"{key}: {meter} has a rate already, under another name"
            section.faults.add(written.at(key), twice)
        text = written.value(key, partial(_checked, meter=meter))
        good = good and text is not None
        stated[meter] = text or ""
    for meter in TOKEN_METERS:
        if meter not in stated:
            good = False
            section.faults.add(written.place, f"rates: {_missing(meter)}")
    if not good:
        return {}, {}
    for meter, text in stated.items():
        source = stated[Meter.UNCACHED_INPUT] if text == AS_INPUT else text
        no_rate = source in WITHOUT_RATE
        rates[meter] = None if no_rate else pico_from_text(source, "1M tokens")
    return rates, stated


def read_reason(section: Section) -> tuple[UnpricedReason | None, str]:
    """Read why the cell has no price; (None, "") when it has one.

    An entry that gives rates and a reason, two reasons, or neither, is a fault.
    """
    given = [key for key in ("rates", *NO_PRICE_KEYS) if key in section]
    if len(given) != 1:
        message = (
            f"says both {' and '.join(given)}"
            if given
            else "says neither rates nor not_offered nor not_published"
        )
        section.faults.add(section.place, f"the entry {message}")
        return None, ""
    if given == ["rates"]:
        return None, ""
    why = section.value(given[0], sentence)
    return (None, "") if why is None else (NO_PRICE_KEYS[given[0]], why)


def _checked(text: str, meter: Meter) -> str:
    """Accept a rate, or one of the words that stand for none."""
    may_be_input = meter not in (Meter.UNCACHED_INPUT, Meter.OUTPUT)
    if text in WITHOUT_RATE or (text == AS_INPUT and may_be_input):
        return text
    pico_from_text(text, "1M tokens")
    return text


def _missing(meter: Meter) -> str:
    names = " or ".join(key for key, known in RATE_KEYS.items() if known is meter)
    return f"no word on {names}; write a rate, not_offered or not_published"
