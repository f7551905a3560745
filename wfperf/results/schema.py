"""The published JSON schema of a result file."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from wfperf.results import comparison, decision
from wfperf.results.reading import KIND

RANGES = ("Interval", "Claim")
"""Models whose ends may be infinite, which JSON writes as null."""


def comparison_schema() -> dict[str, Any]:
    """Return the schema of what `compare -o` writes, in JSON Schema 2020-12."""
    heads = {"schema_version": {"const": comparison.SCHEMA_VERSION}, "kind": {"const": KIND}}
    return _schema(comparison.Comparison, "compare", comparison.SCHEMA_VERSION, heads)


def gate_schema() -> dict[str, Any]:
    """Return the schema of what `gate --format json` writes, in JSON Schema 2020-12."""
    heads = {
        "schema_version": {"const": decision.SCHEMA_VERSION},
        "kind": {"const": decision.KIND},
        "status": {"$ref": "#/$defs/Status"},
    }
    return _schema(decision.Decision, "gate", decision.SCHEMA_VERSION, heads)


def _schema(model: type, command: str, version: int, heads: dict[str, Any]) -> dict[str, Any]:
    schema = TypeAdapter(model).json_schema(mode="serialization")
    for name in schema["$defs"].keys() & RANGES:
        properties = schema["$defs"][name]["properties"]
        for end in ("low", "high"):
            properties[end]["type"] = ["number", "null"]
    schema["properties"] = {**heads, **schema["properties"]}
    schema["required"] = [*heads, *schema["required"]]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"A result of wfperf {command}, version {version}",
        **{key: value for key, value in schema.items() if key != "title"},
    }
