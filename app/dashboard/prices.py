"""The prices of the dashboard: the book it was started with, read as the reader asks for."""

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from app.dashboard.basis import AS_BILLED, Asked
from app.dashboard.settings import settings
from app.ledger import Question
from app.options import book_from
from app.pricing_basis import Basis, basis_of
from pricing.book import PriceBook

#: How many choices of prices are kept.
_MOST = 8


def book() -> PriceBook:
    """Return the price book, read again when its files change."""
    return _book(*_files())


def basis(asked: Asked = AS_BILLED) -> Basis:
    """Return the prices a reader asks for; their words are those of the commands."""
    return _basis(_files(), asked)


def at_prices(question: Question, used: Basis) -> Question:
    """Return a question, asked at these prices. Their book has to be named beside it."""
    return replace(question, prices_on=used.prices_on, assume_tier=used.assume_tier)


_Files = tuple[Path | None, Path | None, tuple[int, ...]]


def _files() -> _Files:
    used = settings()
    named = [path for path in (used.prices, used.overlay) if path]
    return used.prices, used.overlay, tuple(path.stat().st_mtime_ns for path in named)


@lru_cache(maxsize=2)
def _book(prices: Path | None, overlay: Path | None, changed: tuple[int, ...]) -> PriceBook:
    del changed  # part of the key
    return book_from(prices, overlay)


@lru_cache(maxsize=_MOST)
def _basis(files: _Files, asked: Asked) -> Basis:
    prices_on, as_of = (day.isoformat() if day else None for day in (asked.prices_on, asked.as_of))
    return basis_of(_book(*files), prices_on, as_of, asked.assume_tier)
