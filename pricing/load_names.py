"""Names of a user's own: deployments, aliases and groups, and the model each stands for."""

from collections.abc import Iterable, Mapping

from pricing.load_words import name, sentence
from pricing.load_yaml import Faults, Place, Section

NAME_KEYS = ("id", "means", "of", "provider", "note")

#: (provider or ``*``, logged id) to (vendor, canonical model), with the line that says so.
Names = dict[tuple[str, str], tuple[tuple[str, str], Place]]


def read_names(items: Iterable[Section]) -> Names:
    """Read ``names``: an id as logged, ``means`` a model, ``of`` a vendor.

    ``provider`` says whose log it stands in; without it, anybody's.
    """
    found: Names = {}
    for item in items:
        logged = item.value("id", sentence)
        means = item.value("means", name)
        vendor = item.value("of", name) if "of" in item else ""
        provider = item.value("provider", name) if "provider" in item else "*"
        if "note" in item:
            item.value("note", sentence)
        if logged is None or means is None or vendor is None or provider is None:
            continue
        if (provider, logged) in found:
            item.faults.add(item.place, f"id {logged!r} is named twice")
            continue
        found[provider, logged] = ((vendor, means), item.place)
    return found


def settled_names(
    names: Names, model_ids: Mapping[tuple[str, str], str], faults: Faults
) -> dict[tuple[str, str], tuple[str, str]]:
    """Return what every name means, by vendor and canonical model.

    A name of no model, or of several vendors' models, is a fault.
    """
    settled = {}
    for key, ((vendor, means), place) in names.items():
        sellers = [v for v, listed in model_ids if listed == means and vendor in ("", v)]
        if len(sellers) == 1:
            settled[key] = (sellers[0], model_ids[sellers[0], means])
        elif sellers:
            faults.add(place, f"means: {means!r} is sold by {', '.join(sellers)}; add `of: VENDOR`")
        else:
            faults.add(place, f"means: no model {means!r} in the table")
    return settled
