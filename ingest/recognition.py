"""How a record is recognised: clauses that hold for a decoded record and compile to SQL.

A clause is ``has FIELD`` (present and not null), ``lacks FIELD`` (absent or null) or
``FIELD = VALUE | VALUE``; a field within an object is ``OBJECT.FIELD``. In SQL a key that is null
looks like one that is missing.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition on a field of a record."""

    verb: str
    field: str
    values: tuple[str, ...] = ()

    def holds(self, record: dict[str, object]) -> bool:
        """Tell whether the condition holds for a decoded record."""
        value: object = record
        for name in self.field.split("."):
            value = value.get(name) if isinstance(value, dict) else None
        match self.verb:
            case "has":
                return value is not None
            case "lacks":
                return value is None
            case _:
                return value in self.values

    def holds_of_columns(self, record: dict[str, object]) -> bool:
        """Tell whether the condition holds for a row of a table, where a cell may be empty."""
        match self.verb:
            case "has":
                return self.field in record
            case "lacks":
                return self.field not in record
            case _:
                return self.holds(record)

    def sql(self, record: str) -> str:
        """Write the condition over a struct."""
        field = record + "".join(f'."{name}"' for name in self.field.split("."))
        match self.verb:
            case "has":
                return f"{field} is not null"
            case "lacks":
                return f"{field} is null"
            case _:
                listed = ", ".join(f"'{value}'" for value in self.values)
                return f"coalesce({field} in ({listed}), false)"

    @property
    def top(self) -> str:
        """The field of the record itself that the condition looks into."""
        return self.field.partition(".")[0]

    def __str__(self) -> str:
        """Write the clause as a source file does."""
        return (
            f"{self.field} = {' | '.join(self.values)}"
            if self.values
            else f"{self.verb} {self.field}"
        )


def parse_clauses(text: str) -> tuple[Clause, ...]:
    """Read one clause a line."""
    return tuple(_parse(line) for line in text.splitlines())


def _parse(line: str) -> Clause:
    match line.split():
        case ["has" | "lacks" as verb, field]:
            return Clause(verb, field)
        case [field, "=", *values] if values:
            return Clause("=", field, tuple(" ".join(values).split(" | ")))
        case _:
            raise ValueError(f"not a clause: '{line}'")
