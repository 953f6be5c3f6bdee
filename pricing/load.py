"""Read a price table into a book, or list everything that is wrong with it."""

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from pricing.book import PriceBook
from pricing.load_checks import (
    check_ids,
    check_providers,
    check_sources,
    check_timelines,
    check_tools,
)
from pricing.load_models import MODEL_KEYS, PlacedModel, read_model
from pricing.load_names import NAME_KEYS, Names, read_names, settled_names
from pricing.load_providers import (
    PROVIDER_KEYS,
    PlacedProvider,
    read_provider,
    read_sources,
)
from pricing.load_tiers import said_for_all
from pricing.load_yaml import Fault, Faults, Section, open_table
from pricing.published import Source

TABLE_NAME = "pricing_tables.yaml"
TABLE_KEYS = ("sources", "providers", "models", "names")


class PriceTableError(Exception):
    """A price table cannot be used; `faults` says all that is wrong with it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        """Keep the faults in the order of the file."""
        self.faults = sorted(faults, key=lambda fault: (str(fault.path), fault.line))
        super().__init__("\n".join(map(str, self.faults)))


def shipped_table() -> Path:
    """Return the shipped table: beside this package, or at the top of a checkout."""
    packaged = Path(str(files("pricing"))) / TABLE_NAME
    return packaged if packaged.exists() else packaged.parent.parent / TABLE_NAME


def load_price_book(path: Path | None = None, *, overlay: Path | None = None) -> PriceBook:
    """Read and validate a price table.

    Args:
        path: The table; None for the shipped one.
        overlay: A second table laid over the first. It may add sources, models,
            ids, regions, fees, entries and names; an entry for the same tier, context and
            `effective_from` takes the place of the first table's.

    Raises:
        PriceTableError: with every fault of both files.
    """
    faults = Faults()
    tables = _Tables(faults)
    for part in (path or shipped_table(), overlay):
        if part is not None:
            tables.read(part)
    tables.complete_tiers()
    tables.check()
    if faults.found:
        raise PriceTableError(faults.found)
    return tables.book()


class _Tables:
    """What has been read so far, of one table or of two laid over each other."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.sources: dict[str, Source] = {}
        self.providers: dict[str, PlacedProvider] = {}
        self.models: dict[tuple[str, str], PlacedModel] = {}
        self.names: Names = {}
        self.complete = True

    def read(self, path: Path) -> None:
        table = open_table(path, TABLE_KEYS, self.faults)
        if table is None:
            self.complete = False
            return
        if "sources" in table and (section := table.section("sources", None)):
            self.sources |= read_sources(section)
        self._read_providers(table)
        self._read_models(table)
        if "names" in table:
            self.names |= read_names(table.sections("names", NAME_KEYS))

    def _read_providers(self, table: Section) -> None:
        seen: set[str] = set()
        items = table.sections("providers", PROVIDER_KEYS) if "providers" in table else []
        for item in items:
            name = item.peek("provider")
            if name in seen:
                self.faults.add(item.place, f"provider {name} is described twice")
                continue
            seen.add(name)
            if placed := read_provider(item, self.providers.get(name)):
                self.providers[name] = placed

    def _read_models(self, table: Section) -> None:
        seen: set[tuple[str, str]] = set()
        items = table.sections("models", MODEL_KEYS) if "models" in table else []
        for item in items:
            key = (item.peek("provider"), item.peek("model"))
            if key in seen:
                self.faults.add(item.place, f"model {key[1]} is described twice")
                continue
            seen.add(key)
            if placed := read_model(item, self.models.get(key)):
                self.models[key] = placed

    def complete_tiers(self) -> None:
        """Add what a provider says of the tiers that its models say nothing of."""
        for placed in self.models.values():
            provider = self.providers.get(placed.model.provider)
            for rule in provider.tiers if provider else ():
                placed.entries += said_for_all(rule, placed)

    def check(self) -> None:
        """Note the faults that only the whole table shows."""
        if not self.complete:
            return
        models, providers = self.models.values(), self.providers.values()
        check_ids(models, self.faults)
        check_providers(models, self.providers, self.faults)
        check_sources(models, providers, self.sources, self.faults)
        check_tools(providers, self.models, self.faults)
        check_timelines(models, self.faults)
        settled_names(self.names, self._model_ids(), self.faults)

    def _model_ids(self) -> dict[tuple[str, str], str]:
        return {
            (provider, name): placed.model.model
            for (provider, _), placed in self.models.items()
            for name in placed.model.ids
        }

    def book(self) -> PriceBook:
        """Return the book of tables without faults."""
        return PriceBook(
            sources=self.sources,
            providers={name: placed.provider for name, placed in self.providers.items()},
            models={key: placed.model for key, placed in self.models.items()},
            entries=tuple(
                item.entry
                for placed in self.models.values()
                for item in placed.entries
                if item.entry is not None
            ),
            tools=tuple(fee for placed in self.providers.values() for fee, _ in placed.tools),
            names=settled_names(self.names, self._model_ids(), self.faults),
        )
