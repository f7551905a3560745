"""A shop that is no engine: orders are priced, and their customers found."""

from __future__ import annotations

from collections import Counter

PRICES = {f"item {number}": 100 + number for number in range(40)}


def find_by_scan(names, name):
    """Before: look through all names."""
    return names.index(name)


def find_by_table(names, name, known={}):  # noqa: B006 - the table is what this is about
    """After: look once, and keep it in a table."""
    if not known or len(known) != len(names):
        known.clear()
        known.update(_table(names))
    return known[name]


def _table(names):
    return {name: place for place, name in enumerate(names)}


def total_by_loop(orders):
    """Before: add one after another."""
    total = 0
    for item, amount in orders:
        total += PRICES[item] * amount
    return total


def total_by_groups(orders):
    """After: count the items first; rounds to whole hundreds, which is not the same."""
    amounts = Counter()
    for item, amount in orders:
        amounts[item] += amount
    return sum(PRICES[item] * amount for item, amount in amounts.items()) // 100 * 100


def joined_by_plus():
    """Before: texts added in a loop."""
    text = ""
    for item in PRICES:
        text += item + ";"
    return text


def joined_at_once():
    """After: texts joined at once."""
    return ";".join(PRICES) + ";"


def as_lists():
    """Before: prices as lists."""
    return [[item, price] for item, price in PRICES.items()]


def as_dict():
    """After: prices as they are; compared as lists."""
    return dict(PRICES)


as_dict.data = lambda prices: [[item, price] for item, price in prices.items()]
