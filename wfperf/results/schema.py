"""The published JSON schema of a result file."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from wfperf.results.comparison import SCHEMA_VERSION, Comparison
from wfperf.results.reading import KIND

RANGES = ("Interval", "Claim")
"""Models whose ends may be infinite, which JSON writes as null."""


def comparison_schema() -> dict[str, Any]:
    """Return the schema of what `compare -o` writes, in JSON Schema 2020-12."""
    schema = TypeAdapter(Comparison).json_schema(mode="serialization")
    for model in RANGES:
        properties = schema["$defs"][model]["properties"]
        for end in ("low", "high"):
            properties[end]["type"] = ["number", "null"]
    schema["properties"] = {
        "schema_version": {"const": SCHEMA_VERSION},
        "kind": {"const": KIND},
        **schema["properties"],
    }
    schema["required"] = ["schema_version", "kind", *schema["required"]]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"A result of wfperf compare, version {SCHEMA_VERSION}",
        **{key: value for key, value in schema.items() if key != "title"},
    }
