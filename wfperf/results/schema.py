"""The published JSON schemas of results."""

from __future__ import annotations

from typing import Any

from wfperf.results.kinds import ResultKind


def schema_of(kind: ResultKind) -> dict[str, Any]:
    """Return the schema of what a command writes, in JSON Schema 2020-12."""
    schema = kind.adapter.json_schema(mode="serialization")
    heads = {"schema_version": {"const": kind.version}, "kind": {"const": kind.name}, **kind.derived}
    schema["properties"] = {**heads, **schema["properties"]}
    schema["required"] = [*heads, *schema.get("required", ())]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"A result of wfperf {kind.command}, version {kind.version}",
        **{key: value for key, value in schema.items() if key != "title"},
    }
