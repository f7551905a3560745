"""Code of one's own that tests measure."""

SHOP = """
def work(steps):
    total = 0
    for number in range(steps):
        total += number * number % 7
    return 1
def slow(): return work(1300)
def fast(): return work(1000)
"""
"""Two functions of one result, of which `fast` takes fewer of the same steps."""
