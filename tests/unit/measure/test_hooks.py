"""A plan's hooks and sources, asked of a worker."""

import json

import pytest
from executors import Simulated, SimulatedExecutor

from wfperf.errors import NothingMeasuredError, UsageError
from wfperf.measure.benchmarks import interpreters_of, variants_of
from wfperf.measure.hooks import PATIENCE_S, UNPREPARED, call_hook, prepared, source_of
from wfperf.measure.variant import Interpreter
from wfperf.plan import Benchmark, Configuration, Pair, Plan
from wfperf.plan.models import Claim

HOOKS = """
TEXTS = {"greeting": "Hello,\\n    you"}

class OwnError(Exception):
    pass

def given(**arguments):
    return arguments

def prepare(folder, options):
    return {"here": __file__, "folder": folder, **options}

def refuse():
    raise OwnError("there is nothing")

def stumble():
    return {}["x"]

def odd():
    return object()

def greet():  # noqa: D103
    return _shout(TEXTS["greeting"])

def _shout(text):
    return text.upper()
"""


@pytest.fixture
def interpreter(tmp_path):
    (tmp_path / "hooks.py").write_text(HOOKS)
    return Interpreter(path=(str(tmp_path),))


def test_a_hook_is_given_plain_data_and_gives_it_back(interpreter):
    told = {"a": [1, None, {"b": "ü"}], "c": 1.5}
    assert call_hook("hooks:given", interpreter, told) == told


@pytest.mark.parametrize(
    ("hook", "error", "message"),
    [
        ("hooks:refuse", UsageError, "^there is nothing$"),
        ("hooks:stumble", UsageError, "^hooks:stumble: KeyError: 'x'$"),
        ("hooks:odd", UsageError, "^hooks:odd: TypeError: Object of type object is not JSON serializable$"),
        ("hooks:absent", UsageError, "^hooks has no 'absent'$"),
        ("nowhere:absent", NothingMeasuredError, "No module named 'nowhere'"),
    ],
)
def test_what_a_hook_raises_is_told(interpreter, hook, error, message):
    with pytest.raises(error, match=message):
        call_hook(hook, interpreter, {})


@pytest.mark.parametrize(("timeout_s", "waits_s"), [(1.0, PATIENCE_S), (2 * PATIENCE_S, 2 * PATIENCE_S)])
def test_a_hook_may_take_an_hour_on_any_processor(timeout_s, waits_s):
    answers = {"hook": lambda _: {"returned": "[1]"}}
    executor = SimulatedExecutor({"hooks:given": Simulated(answers=answers)}, cpu=1, timeout_s=timeout_s)
    assert call_hook("hooks:given", Interpreter(), {}, executor) == [1]
    (workers,) = executor.started
    assert (workers.executor.timeout_s, workers.executor.cpu) == (waits_s, None)


def plan(*paths, **fields):
    return Plan(
        workload="hooks:workload",
        benchmarks=(Benchmark("s", parameters={"size": 1}),),
        configurations=tuple(Configuration(str(number), path=(path,)) for number, path in enumerate(paths)),
        baseline="0",
        **fields,
    )


def test_every_source_tree_is_prepared_by_its_own_code_and_its_variants_are_given_what_it_returned(tmp_path):
    paths = []
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "hooks.py").write_text(HOOKS)
        paths.append(str(tmp_path / name))
    two = plan(*paths, prepare="hooks:prepare")
    scratch = tmp_path / "scratch" / "inner"
    found = prepared(two, interpreters_of(two), scratch, {"db": "named"})
    of = variants_of(two, prepared=found)
    for number, path in enumerate(paths):
        assert of("s", str(number)).arguments == {
            "size": 1, "here": f"{path}/hooks.py", "folder": str(scratch), "db": "named"
        }  # fmt: skip
    assert scratch.is_dir()


def test_a_plan_without_the_hook_is_not_prepared(tmp_path):
    assert prepared(plan("/src"), interpreters_of(plan("/src")), tmp_path / "no", {}) is UNPREPARED
    assert not (tmp_path / "no").exists()


def test_choices_are_what_the_factory_is_given_where_a_plan_makes_any():
    chosen = Configuration("1", choices={"find": "table"})
    made = plan("/src", prepare="")
    of = variants_of(made)
    assert of("s", "0").arguments == {"size": 1}
    assert of("s", "0").configuration == "0"
    of = variants_of(Plan(**{**vars_of(made), "configurations": (*made.configurations, chosen)}))
    assert of("s", "0").arguments == {"size": 1, "choices": {}}
    assert of("s", "1").arguments == {"size": 1, "choices": {"find": "table"}}
    assert of("s", "1").configuration is None


def test_a_pair_is_two_targets_where_the_base_runs():
    claim = Claim(variant="p", text="", low=0, high=1, benchmark="p")
    of = variants_of(plan("/src", pairs=(Pair("p", "hooks:a", "hooks:b", claim),)))
    assert [(of("p", variant).target, of("p", variant).arguments) for variant in ("0", "p")] == [
        ("hooks:a", None),
        ("hooks:b", None),
    ]
    assert of("p", "p").interpreter == of("s", "0").interpreter


def vars_of(made):
    return {name: getattr(made, name) for name in type(made).__dataclass_fields__}


def test_a_source_has_its_helpers_and_the_texts_that_it_names(interpreter, tmp_path):
    found = source_of("hooks:greet", interpreter)
    assert found["file"] == str(tmp_path / "hooks.py")
    assert HOOKS.splitlines()[found["line"] - 1].startswith("def greet()")
    assert found["text"] == 'def greet():\n    return _shout(TEXTS["greeting"])\n'
    assert list(found["helpers"]) == ["_shout", "greeting"]
    assert json.dumps(found)


def test_what_has_no_source_is_told(interpreter):
    with pytest.raises(UsageError, match="cannot show the source of hooks:absent"):
        source_of("hooks:absent", interpreter)
