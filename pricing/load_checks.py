"""What can only be seen across the entries of a table."""

from collections.abc import Iterable, Mapping
from itertools import pairwise, product

from pricing.load_entries import PlacedEntry
from pricing.load_models import PlacedModel
from pricing.load_providers import PlacedProvider
from pricing.load_yaml import Faults, Place
from pricing.published import Entry, Source, instant_text
from pricing.vocabulary import PRICED_TIERS, ContextBand, ServiceTier

Cell = tuple[ServiceTier, ContextBand]


def check_ids(models: Iterable[PlacedModel], faults: Faults) -> None:
    """An id means one model."""
    owners: dict[tuple[str, str], str] = {}
    for placed in models:
        model = placed.model
        for name in model.ids:
            owner = owners.setdefault((model.provider, name), model.model)
            if owner != model.model:
                message = f"ids: {name!r} is an id of {owner} already"
                faults.add(placed.place, message)


def check_providers(models: Iterable[PlacedModel], known: Iterable[str], faults: Faults) -> None:
    """A model's provider is described in the table."""
    names = set(known)
    for placed in models:
        if placed.model.provider not in names:
            message = f"provider {placed.model.provider!r} is not under `providers`"
            faults.add(placed.place, message)


def check_sources(
    models: Iterable[PlacedModel],
    providers: Iterable[PlacedProvider],
    sources: Mapping[str, Source],
    faults: Faults,
) -> None:
    """Every source that is cited is described in the table."""
    cited: list[tuple[str, Place]] = []
    for model in models:
        for item in model.entries:
            cited += [(s, item.place) for s in (item.entry.sources if item.entry else ())]
    for provider in providers:
        cited += provider.cited
        for fee, place in provider.tools:
            cited += [(source, place) for source in fee.sources]
    for source, place in dict.fromkeys(cited):
        if source.partition("@")[0] not in sources:
            faults.add(place, f"sources: {source!r} is not under `sources`")


def check_tools(
    providers: Iterable[PlacedProvider],
    models: Mapping[tuple[str, str], PlacedModel],
    faults: Faults,
) -> None:
    """A tool has one fee at a time, and a meter of a model is rated by one tool."""
    for placed in providers:
        starts: dict[tuple[str, object], int] = {}
        rated_by: dict[object, str] = {}
        for fee, place in placed.tools:
            for model in fee.models:
                if (fee.provider, model) not in models:
                    faults.add(place, f"models: {fee.provider} has no model {model!r}")
            line = starts.setdefault((fee.tool, fee.effective_from), place.line)
            if line != place.line:
                when = instant_text(fee.effective_from)
                faults.add(place, f"{fee.tool}: a second fee from {when}, see line {line}")
            for whom in fee.models or ("",) if fee.meter else ():
                owner = rated_by.setdefault((fee.meter, whom), fee.tool)
                if owner != fee.tool:
                    of = f" of {whom}" if whom else ""
                    faults.add(place, f"meter {fee.meter}{of} is rated by {owner} already")


def check_timelines(models: Iterable[PlacedModel], faults: Faults) -> None:
    """Every cell says something from the release on: no gap, no overlap."""
    for placed in models:
        cells: dict[Cell, list[PlacedEntry]] = {
            cell: [] for cell in product(PRICED_TIERS, placed.model.bands)
        }
        for item in placed.entries:
            cells.setdefault((item.tier, item.band), []).append(item)
        for (tier, band), items in cells.items():
            where = f"{placed.model.model} {tier}/{band}"
            _check_cell(where, placed, items, faults)


def _check_cell(where: str, placed: PlacedModel, items: list[PlacedEntry], faults: Faults) -> None:
    if any(item.entry is None for item in items):
        return  # its dates are not known, and the line has a fault already
    held = sorted(
        (
            (item.entry, item.place)
            for item in items
            if item.entry is not None and item.entry.withdrawn_at is None
        ),
        key=lambda pair: pair[0].effective_from,
    )
    if placed.cells_known and not held:
        message = f"{where}: no entry; write its rates, not_offered or not_published"
        faults.add(placed.place, message)
    if placed.cells_known and held:
        _check_start(where, placed, *held[0], faults)
    for (earlier, _), (later, later_place) in pairwise(held):
        _check_pair(where, earlier, later, later_place, faults)


def _check_start(
    where: str, placed: PlacedModel, first: Entry, place: Place, faults: Faults
) -> None:
    released = placed.model.released
    if first.effective_from != released:
        relation = "before" if first.effective_from < released else "only after"
        message = (
            f"{where}: the first entry, from {instant_text(first.effective_from)},"
            f" starts {relation} the release on {instant_text(released)};"
            " a time without a price is written as not_published"
        )
        faults.add(place, message)


def _check_pair(where: str, earlier: Entry, later: Entry, place: Place, faults: Faults) -> None:
    start = instant_text(later.effective_from)
    if earlier.effective_from == later.effective_from:
        faults.add(place, f"{where}: overlap, two entries hold from {start}")
    elif earlier.effective_to is None:
        return
    elif earlier.effective_to > later.effective_from:
        end = instant_text(earlier.effective_to)
        message = f"overlap, the entry before holds until {end}, this one from {start}"
        faults.add(place, f"{where}: {message}")
    elif earlier.effective_to < later.effective_from:
        end = instant_text(earlier.effective_to)
        message = f"gap, nothing is said from {end} to {start}"
        faults.add(place, f"{where}: {message}")
