"""The negotiated rates of a contract, and what is excluded from it."""

from dataclasses import dataclass
from functools import partial

from pricing.contract.load_reach import METER_WORDS, REACH_KEYS, Around, read_reach
from pricing.contract.load_words import percent
from pricing.contract.terms import Exclusion, RateTerm
from pricing.contract.words import Part
from pricing.load_words import one_of, sentence, yes_no
from pricing.load_yaml import Place, Section
from pricing.money import pico_from_text
from pricing.vocabulary import Meter

RATE_KEYS = ("name", *REACH_KEYS, "percent_off", "rates", "regional_uplift", "note")
EXCLUDED_KEYS = (*REACH_KEYS, "out_of", "note")

#: The unit a fixed rate is written in, by the unit of its meter.
_PER = {"token": "1M tokens", "call": "1K calls", "session": "session"}
_ONE_METER = [word for word, meters in METER_WORDS.items() if len(meters) == 1]


@dataclass(frozen=True, slots=True)
class PlacedRate:
    """A rate term and its line."""

    term: RateTerm
    place: Place


def read_rate(section: Section, around: Around) -> PlacedRate | None:
    """Read one item of `rates`."""
    before = len(section.faults.found)
    label = section.value("name", sentence)
    reach = read_reach(section, around)
    given = [key for key in ("percent_off", "rates") if key in section]
    if len(given) != 1:
        section.faults.add(section.place, "say either percent_off or rates")
    off = section.value("percent_off", percent) if "percent_off" in section else None
    rates = _read_fixed(section) if "rates" in section else {}
    uplift = True
    if "regional_uplift" in section:
        uplift = section.value("regional_uplift", yes_no) is True
        if off is not None:
            message = "regional_uplift: percent off list keeps the list's uplift; leave it out"
            section.faults.add(section.at("regional_uplift"), message)
    if "note" in section:
        section.value("note", sentence)
    if label is None or len(section.faults.found) > before:
        return None
    return PlacedRate(RateTerm(label, reach, off, rates, uplift), section.place)


def _read_fixed(section: Section) -> dict[Meter, int]:
    """Read fixed rates: of some models at stated tiers and contexts, by meter."""
    written = section.section("rates", _ONE_METER)
    if "meters" in section:
        message = "meters: fixed rates name their meters; leave it out"
        section.faults.add(section.at("meters"), message)
    rates: dict[Meter, int] = {}
    if written is None:
        return {}
    for word in written.nodes:
        [meter] = METER_WORDS[word]
        if meter in rates:
            written.faults.add(written.at(word), f"{word}: {meter} has a rate already")
        per = _PER[meter.unit]
        found = written.value(word, partial(pico_from_text, per=per))
        rates[meter] = found or 0
    for key in ("models", "tiers", "context"):
        if key not in section and any(not meter.is_tool for meter in rates):
            message = f"{key} is missing: a fixed rate is one of a model, a tier and a context"
            section.faults.add(section.place, message)
    if not rates:
        written.faults.add(written.place, "rates: no rate is given")
    return rates


def read_excluded(section: Section, around: Around) -> Exclusion | None:
    """Read one item of `excluded`: what, and out of which parts; without them, of all."""
    before = len(section.faults.found)
    reach = read_reach(section, around)
    if not (reach.models or reach.tiers or reach.bands or reach.providers or reach.meters):
        message = "says nothing to exclude; name models, tiers, context, providers or meters"
        section.faults.add(section.place, message)
    parts = section.values("out_of", one_of(Part)) if "out_of" in section else list(Part)
    if "note" in section:
        section.value("note", sentence)
    if parts is None or len(section.faults.found) > before:
        return None
    return Exclusion(reach, frozenset(map(Part, parts)))
