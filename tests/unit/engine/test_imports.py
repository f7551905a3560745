"""What comes along with a part of the engine when it is imported: what stands before it, and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

LOOK = "import json, sys, wfperf.engine.{module}; print(json.dumps(list(sys.modules)))"


def loaded(module):
    """Return the names of all modules that a fresh interpreter has once it has imported this one of the engine's."""
    script = LOOK.format(module=module)
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    return json.loads(told.stdout)


@pytest.mark.parametrize("module", ["expressions", "fields", "branches", "definition", "run"])
def test_an_expression_brings_no_node_types_and_no_database(module):
    modules = loaded(module)
    assert "simpleeval" in modules
    assert [name for name in modules if name.startswith("wfperf.engine.nodes") or name == "sqlalchemy"] == []


def test_an_expression_alone_brings_no_models():
    assert "pydantic" not in loaded("expressions")


def test_the_engine_brings_no_library_that_not_every_workflow_needs():
    libraries = {"sqlalchemy", "httpx", "smtplib", "re2", "jmespath", "cronsim"}
    assert libraries & set(loaded("workflow")) == set()
