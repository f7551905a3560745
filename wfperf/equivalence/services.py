"""The services that random workflows call."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from wfperf.engine.outside import Service
from wfperf.equivalence.words import Data
from wfperf.fixtures.services import SERVICES as FIXTURE_SERVICES


def _echo(value: Any, text: str) -> Data:
    return {"echoed": value, "text": text}


def _grow(items: list[Any]) -> Data:
    """Change the argument, which nobody else may see."""
    items.append(len(items))
    return {"grown": items}


def _fail(why: str) -> Data:
    raise RuntimeError(why)


def _nothing() -> Data:
    return {}


async def _later(text: str) -> Data:
    await asyncio.sleep(0)
    return {"later": text}


SERVICES: Mapping[str, Service] = {
    **FIXTURE_SERVICES,
    "echo": _echo,
    "grow": _grow,
    "fail": _fail,
    "nothing": _nothing,
    "later": _later,
}
"""What the SERVICE nodes of scenarios and random workflows may call."""
