import pytest

from wfperf.gate.definitions import Definitions

SOURCE = """
class Shop:
    def price(self):
        def inner():
            return [each for each in ()]
        return lambda: inner

def load():
    pass
"""


@pytest.fixture
def places(tmp_path):
    (tmp_path / "src" / "shop").mkdir(parents=True)
    (tmp_path / "src" / "shop" / "orders.py").write_text(SOURCE)
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "orders.py").write_text(SOURCE)
    for folder in ("lib/site-packages/shop", "environment/shop"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "orders.py").write_text(SOURCE)
    (tmp_path / "environment" / "pyvenv.cfg").touch()
    (tmp_path / "broken.py").write_text("def (")
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "twin.py").write_text("")
    return Definitions(tmp_path)


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("shop/orders.py:load", 8),
        ("shop/orders.py:Shop", 2),
        ("shop/orders.py:Shop.price", 3),
        ("shop/orders.py:Shop.price.<locals>.inner", 4),
        ("shop/orders.py:Shop.price.<locals>.<lambda>", 3),
        ("shop/orders.py:load calls dict.copy", 8),
        ("orders.py:load", 8),
        ("shop/orders.py:gone", 1),
    ],
)
def test_a_function_is_found_by_the_name_it_is_counted_under(places, name, line):
    assert places.locate(name) == ("src/shop/orders.py", line)


@pytest.mark.parametrize("name", ["twin.py:f", "nowhere.py:f", "ders.py:load", ""])
def test_where_it_is_not_sure_nothing_is_told(places, name):
    assert places.locate(name) == ("", 0)


def test_a_file_that_is_no_python_has_its_first_line(places):
    assert places.locate("broken.py:f") == ("broken.py", 1)
