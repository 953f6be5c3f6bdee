"""The policies that come with the program. Each is a text with models that can be replaced."""

import re
from collections.abc import Mapping
from importlib.resources import files
from string import Template
from typing import NamedTuple

from models.policy.known import Known, nearest
from models.policy.load import load_scenario
from models.policy.terms import Scenario

_ROLE = re.compile(r"([a-z_]+)=(\S+)")


class PresetError(ValueError):
    """There is no such preset, or it has no such role."""


class Preset(NamedTuple):
    """A policy to start from.

    Attributes:
        summary: One line.
        roles: The model that plays each role unless another is named.
        text: YAML with a `$role` in place of each model.
    """

    name: str
    summary: str
    roles: Mapping[str, str]
    text: str

    def filled(self, models: Mapping[str, str]) -> str:
        """Return its YAML with some models replaced, ready to edit."""
        return Template(self.text).substitute({**self.roles, **models})


def presets() -> dict[str, Preset]:
    """Return all presets by name, in the order of their names."""
    folder = files("models.policy.presets")
    texts = {
        entry.name.removesuffix(".yaml"): entry.read_text(encoding="utf-8")
        for entry in folder.iterdir()
        if entry.name.endswith(".yaml")
    }
    return {name: _preset(name, texts[name]) for name in sorted(texts)}


def preset_text(words: str) -> str:
    """Return the YAML of a preset.

    Args:
        words: Its name; `NAME:MODEL` replaces the model of its one role, and
            `NAME:ROLE=MODEL,ROLE=MODEL` those of several.

    Raises:
        PresetError: there is no such preset, or it has no such role; the names are listed.
    """
    name, _, said = words.partition(":")
    known = presets()
    if name not in known:
        listed = ", ".join(known)
        raise PresetError(
            f"there is no preset {name!r}; use {listed}{nearest(name, known, one=True)}"
        )
    return known[name].filled(_roles(known[name], said))


def preset(words: str, known: Known, **models: str) -> Scenario:
    """Return a preset as a scenario.

    Args:
        words: As for `preset_text`.
        known: The words that are allowed.
        models: Models by role, in place of those in `words`.

    Raises:
        PresetError: there is no such preset, or it has no such role.
        PolicyError: the price book has no such model.
    """
    said = ",".join(f"{role}={model}" for role, model in models.items())
    return load_scenario(preset_text(f"{words}:{said}" if said else words), words, known)


def _preset(name: str, text: str) -> Preset:
    summary, _, rest = text.partition("\n")
    roles = {}
    if rest.startswith("# roles: "):
        line, _, rest = rest.partition("\n")
        roles = dict(_ROLE.findall(line))
    return Preset(name, summary.removeprefix("# "), roles, f"{summary}\n{rest}")


def _roles(preset: Preset, said: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for word in filter(None, (each.strip() for each in said.split(","))):
        role, equals, model = word.partition("=")
        if not equals and len(preset.roles) == 1:
            role, model = next(iter(preset.roles)), word
        if role not in preset.roles or not model:
            listed = ", ".join(f"{each}=MODEL" for each in preset.roles) or "no model to replace"
            raise PresetError(f"{preset.name}:{said}: write {preset.name} with {listed}")
        found[role] = model
    return found
