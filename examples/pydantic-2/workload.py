# ruff: noqa: INP001 - wfperf.toml names this module by its folder
"""Models that pydantic 1 and 2 both take as they stand, and input for them.

What is timed is validation alone: `run` makes a model instance of a dictionary. `data`, which is not timed, reads it
back as plain data, so that the two versions' outcomes can be held against each other.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from types import SimpleNamespace
from typing import Annotated, Any, Literal

from pydantic import VERSION, BaseModel, Field


class User(BaseModel):
    """Small: what a program makes many of."""

    id: int
    name: str
    active: bool = True


class Line(BaseModel):
    """A part of an order."""

    sku: str
    quantity: Annotated[int, Field(ge=1)]
    price: float


class Address(BaseModel):
    """Where an order goes."""

    street: str
    city: str
    country: Annotated[str, Field(min_length=2, max_length=2)]


class Order(BaseModel):
    """A range of common fields: scalars, some of them constrained, dates, collections and models."""

    number: int
    customer: str
    reference: Annotated[str, Field(min_length=3, max_length=20)]
    priority: Annotated[int, Field(ge=1, le=5)]
    weight: float
    discount: Annotated[float, Field(ge=0, le=1)]
    gift: bool
    signature: bytes
    ordered_on: date
    deliver_at: time
    paid_at: datetime
    status: Literal["open", "paid", "sent"]
    note: str | None = None
    coupon: int | str
    size: tuple[float, float, float]
    labels: list[str]
    stops: list[int]
    skipped: list[int | None]
    readings: tuple[float, ...]
    tags: set[str]
    codes: frozenset[int]
    prices: dict[str, float]
    extra: dict[str, Any]
    address: Address
    lines: list[Line]


def benchmarks(kind: str, items: int = 0) -> dict[str, SimpleNamespace]:
    """Return the workload of the pydantic that is installed here, under its configuration's name: `v1` or `v2`.

    Only that one, so that a configuration can't be measured on the other version.

    Args:
        kind: `order` or `user`.
        items: how long an order's collections are.
    """
    runs: dict[str, Callable[[], BaseModel]] = {"order": order_of(items), "user": user}
    return {f"v{VERSION.partition('.')[0]}": SimpleNamespace(run=runs[kind], data=plain)}


def user() -> User:
    """Build a small model by keyword."""
    return User(id=4711, name="Ada Lovelace", active=False)


def order_of(items: int) -> Callable[[], Order]:
    """Return what validates an order whose collections are so long; dates are text, as they come from JSON."""
    numbers = range(items)
    given: dict[str, Any] = {
        "number": 4711,
        "customer": "Ada Lovelace",
        "reference": "A-4711",
        "priority": 3,
        "weight": 12.5,
        "discount": 0.25,
        "gift": True,
        "signature": b"AL",
        "ordered_on": "2025-11-03",
        "deliver_at": "14:30:00",
        "paid_at": "2025-11-03T12:13:14",
        "status": "paid",
        "coupon": "AUTUMN",
        "size": (40.0, 30.0, 20.5),
        "labels": [f"label {number}" for number in numbers],
        "stops": list(numbers),
        "skipped": [None if number % 2 else number for number in numbers],
        "readings": tuple(number + 0.5 for number in numbers),
        "tags": {f"tag {number}" for number in numbers},
        "codes": frozenset(numbers),
        "prices": {f"sku {number}": number + 0.5 for number in numbers},
        "extra": {f"key {number}": number for number in numbers},
        "address": {"street": "12 St James's Square", "city": "London", "country": "GB"},
        "lines": [{"sku": f"sku {number}", "quantity": number + 1, "price": number + 0.5} for number in numbers],
    }
    return lambda: Order(**given)


def plain(value: Any) -> Any:
    """Return a value with every model in it as a dictionary; either version's models give their fields in turn."""
    if isinstance(value, BaseModel):
        return {name: plain(field) for name, field in value}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value
