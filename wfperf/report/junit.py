"""A decision of the gate as JUnit XML, which CI systems show as tests: one test case per check."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from wfperf.report.budgets import check_text, functions_text, head_text, metric_text, summary_text
from wfperf.report.table import Reproduction
from wfperf.report.terminal import printable
from wfperf.results.decision import Check, CheckStatus, Decision

NAME = "wfperf.gate"

_PROBLEMS = {CheckStatus.FAIL: "failure", CheckStatus.DIFFERS: "failure", CheckStatus.INCONCLUSIVE: "error"}
"""An undecided check is an error: a skipped one would look like a success."""


def junit(decision: Decision) -> str:
    """Return the checks as one test suite; control characters, which XML cannot hold, are escaped.

    Without any check there is one case, with an error: nothing was checked.

    Source: the schema of Jenkins' xUnit plugin, `junit-10.xsd`.
    """
    cases = [_case(check, decision) for check in decision.checks] or [_nothing(decision)]
    problems = [child.tag for case in cases for child in case]
    counts = {
        "tests": str(len(cases)),
        "failures": str(problems.count("failure")),
        "errors": str(problems.count("error")),
        "time": f"{decision.duration_s:.3f}",
    }
    root = Element("testsuites", counts)
    suite = SubElement(root, "testsuite", {"name": NAME, "skipped": "0", **counts})
    suite.append(_properties(decision))
    suite.extend(cases)
    indent(root)
    text: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return text.decode("utf-8") + "\n"


def _properties(decision: Decision) -> Element:
    environment = decision.environment
    values = {
        "status": decision.status,
        "against": str(decision.against),
        "head": head_text(decision),
        "python": decision.python,
        "wfperf": environment.wfperf,
        "machine": f"{environment.cpu}, {environment.cores} cores, {environment.platform}",
        "seed": "" if decision.seed is None else str(decision.seed),
        "command": decision.command,
    }
    properties = Element("properties")
    for name, value in values.items():
        SubElement(properties, "property", name=name, value=printable(value))
    return properties


def _case(check: Check, decision: Decision) -> Element:
    name = ": ".join(part for part in (check.configuration, metric_text(check.metric)) if part)
    case = Element("testcase", classname=printable(f"{NAME}.{check.benchmark}"), name=printable(name))
    if check.status in _PROBLEMS:
        lines = [check_text(check), functions_text(check), *_reproduced(decision)]
        _add(case, check.status, lines[0], lines)
    return case


def _nothing(decision: Decision) -> Element:
    case = Element("testcase", classname=NAME, name="anything")
    summary = summary_text(decision)
    _add(case, decision.status, summary, [summary, *_reproduced(decision)])
    return case


def _add(case: Element, status: CheckStatus, message: str, lines: list[str]) -> None:
    problem = SubElement(case, _PROBLEMS[status], message=printable(message), type=status)
    problem.text = printable("\n".join(line for line in lines if line))


def _reproduced(decision: Decision) -> list[str]:
    return [str(Reproduction(decision.command))] if decision.command else []
