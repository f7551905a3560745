"""API: real requests to a real server on the loopback."""

from __future__ import annotations

import asyncio
import json

import pytest
from builders import CODE, engine, failure, refusal, rows, run_node
from builders import node as row

from wfperf.engine.clock import FrozenClock
from wfperf.engine.errors import NodeExecutionError
from wfperf.fixtures.loopback import http_service
from wfperf.fixtures.seed import insert_workflow

DRIVERS = ("sequential", "concurrent", "dataflow")


@pytest.fixture
def service():
    """A running HTTP service."""
    with http_service() as running:
        yield running


class Patient(FrozenClock):
    """Waits for nothing, and remembers how long it was asked to."""

    waited: list[float]

    def __new__(cls):
        clock = super().__new__(cls)
        object.__setattr__(clock, "waited", [])
        return clock

    __slots__ = ("waited",)

    async def wait_async(self, seconds):
        self.waited.append(seconds)
        await asyncio.sleep(0)


def ask(service, path="/echo", driver="sequential", clock=None, **data):
    return run_node("API", {"url": service.url + path, **data}, {"v": "a/ü 1"}, driver=driver, clock=clock)["n"]


def refused(service, path="/echo", clock=None, **data):
    return failure("API", {"url": service.url + path, **data}, {"v": "a/ü 1"}, clock=clock)


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_request_is_what_was_filled_in(service, driver):
    answer = ask(
        service,
        driver=driver,
        method="POST",
        headers={"X-Order": "n-~~missing~~"},
        query={"q": "$v$", "n": 1},
        json={"text": "$v$", "list": ["$v$", 2, None]},
    )
    assert answer["status"] == 200
    assert answer["headers"]["content-type"] == "application/json"
    assert json.loads(answer["text"]) == answer["json"]
    assert answer["json"]["method"] == "POST"
    assert answer["json"]["query"] == {"q": "a/ü 1", "n": "1"}
    assert answer["json"]["headers"] == {"x-order": "n-~~missing~~", "content-type": "application/json"}
    assert json.loads(answer["json"]["body"]) == {"text": "a/ü 1", "list": ["a/ü 1", 2, None]}


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_every_method(service, method):
    assert ask(service, method=method)["json"]["method"] == method
    assert service.requests == [f"{method} /echo"]


def test_a_head_has_no_body(service):
    answer = ask(service, method="HEAD")
    assert (answer["status"], answer["json"], answer["text"]) == (200, None, "")


def test_a_plain_body_and_a_plain_answer(service):
    assert ask(service, method="PUT", body="~~v~~")["json"]["body"] == "a/ü 1"
    assert ask(service, "/bytes/5") | {"headers": None} == {
        "status": 200,
        "headers": None,
        "json": None,
        "text": "xxxxx",
    }


@pytest.mark.parametrize("status", [400, 404, 500])
def test_other_statuses_fail(service, status):
    said = refused(service, f"/status/{status}")
    assert said.startswith(f"{service.url}/status/{status} answers {status} ")
    assert said.endswith(f': {{"status": {status}}}')


def test_what_is_expected_is_no_failure(service):
    assert ask(service, "/status/404", expect=[200, 404])["json"] == {"status": 404}
    assert "answers 200 OK" in refused(service, expect=[404])


def test_tries_again_with_longer_and_longer_pauses(service):
    clock = Patient()
    assert ask(service, "/flaky/a/3", clock=clock, retries=3, backoff_s=0.5)["json"] == {"tries": 4}
    assert clock.waited == [0.5, 1.0, 2.0]


def test_gives_up_after_so_many_tries(service):
    clock = Patient()
    assert "answers 503" in refused(service, "/flaky/a/9", clock=clock, retries=2, backoff_s=1)
    assert (len(service.requests), clock.waited) == (3, [1, 2])


def test_does_not_try_again_what_will_not_change(service):
    refused(service, "/status/404", retries=3)
    refused(service, "/flaky/a/1", retries=3, retry_on=[500])
    assert len(service.requests) == 2


@pytest.mark.parametrize(("asked", "waited"), [("7", 7.0), ("0", 0.5), ("4000", 60.0), ("soon", 0.5)])
def test_keeps_to_what_the_server_asks_for(service, asked, waited):
    clock = Patient()
    refused(service, f"/status/503?retry_after={asked}", clock=clock, retries=1)
    assert clock.waited == [waited]


@pytest.mark.parametrize(("method", "tries"), [("GET", 2), ("PUT", 2), ("POST", 1), ("PATCH", 1)])
def test_what_was_not_answered_is_sent_again_only_where_that_is_the_same(service, method, tries):
    said = refused(service, "/slow?ms=60000", clock=Patient(), method=method, timeout_s=0.5, retries=1)
    assert said == f"{service.url}/slow: ReadTimeout: no answer"
    assert len(service.requests) == tries


def test_nobody_there_is_tried_again_by_any_method():
    with http_service() as gone:
        url = gone.url
    clock = Patient()
    said = failure("API", {"url": f"{url}/x", "method": "POST", "retries": 2}, clock=clock)
    assert said == f"cannot reach {url}/x: All connection attempts failed"
    assert clock.waited == [0.5, 1.0]


@pytest.mark.parametrize("driver", DRIVERS)
def test_connections_are_used_again_for_the_engine_s_life(service, driver):
    chain = rows(
        *(row(f"n{at}", "API", {"url": f"{service.url}/echo"}, to=[f"n{at + 1}"]) for at in range(4)), row("n4")
    )
    with engine(chain, driver=driver) as started:
        for _ in range(3):
            started.run_workflow(CODE)
    assert (len(service.requests), service.connections) == (12, 1)


def test_redirects_are_followed_only_when_told(service):
    assert "answers 302" in refused(service, "/redirect?to=/echo")
    assert ask(service, "/redirect?to=/echo", follow_redirects=True)["json"]["path"] == "/echo"
    assert len(service.requests) == 3


def test_a_long_answer_is_not_read_to_its_end(service):
    assert (
        refused(service, "/bytes/100000", max_bytes=1000)
        == f"{service.url}/bytes/100000 answers with more than 1000 bytes"
    )
    assert len(ask(service, "/bytes/1000", max_bytes=1000)["text"]) == 1000


@pytest.mark.parametrize(
    "url", ["ftp://a.example", "file:///etc/passwd", "a.example", "", "//a.example", "javascript:x"]
)
def test_only_http(url):
    said = failure("API", {"url": "$url$"}, {"url": url})
    assert said.startswith("NodeData field 'url' must begin with http:// or https:// and a host, not ")


@pytest.mark.parametrize("url", ["http://", "http://[", "http://a b", "http://a.example:x"])
def test_a_url_that_cannot_be_used(url):
    assert failure("API", {"url": url}).startswith(
        ("cannot make the request to ", "cannot reach ", "NodeData field 'url'")
    )


def test_what_is_secret_in_a_url_is_not_shown(service):
    url = f"http://ada:geheim@127.0.0.1:{service.port}/status/500?token=geheim#geheim"
    said = failure("API", {"url": url})
    assert "answers 500" in said
    assert "geheim" not in said


def test_two_bodies_are_refused():
    data = {"url": "http://a.example", "json": None, "body": ""}
    assert refusal("API", data) == "NodeData: has both 'json' and 'body'; a request has one body"


@pytest.mark.parametrize("driver", ["concurrent", "dataflow"])
def test_a_sibling_s_failure_ends_a_request_under_way(service, driver):
    workflow = rows(
        row("s", to=["a", "b"], rank=1),
        row("a", "CALC", {"expression": "1 / 0"}, rank=2),
        row("b", "API", {"url": f"{service.url}/slow?ms=60000", "timeout_s": 60}, rank=3),
    )
    with engine(workflow, driver=driver) as started:
        with pytest.raises(NodeExecutionError) as caught:
            started.run_workflow(CODE)
        assert caught.value.node == "a"
        ended = rows(row("n", "API", {"url": f"{service.url}/echo"}), code="AGAIN")
        insert_workflow(started.db, ended)
        assert started.run_workflow("AGAIN").nodes[0].status == "done", "the client goes on"
