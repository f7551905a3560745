"""How revisions are told apart, and what they are called."""

import pytest

from wfperf.results.revision import Revision, SavedBaseline

COMMIT = "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d"


@pytest.mark.parametrize(
    ("revision", "text"),
    [
        (Revision("main", COMMIT), "main (1a2b3c4d5)"),
        (Revision("HEAD~1", COMMIT), "HEAD~1 (1a2b3c4d5)"),
        (Revision("feedface-fix", COMMIT), "feedface-fix (1a2b3c4d5)"),
        (Revision(COMMIT, COMMIT), "1a2b3c4d5"),
        (Revision("1a2b", COMMIT), "1a2b3c4d5"),
        (Revision(".", COMMIT), "the working tree on 1a2b3c4d5"),
        (Revision(".", COMMIT, dirty=True), "the working tree on 1a2b3c4d5"),
        (Revision(COMMIT, COMMIT, subject="Find the node faster"), "1a2b3c4d5 Find the node faster"),
        (SavedBaseline("wfperf-baseline.json"), "wfperf-baseline.json"),
    ],
)
def test_it_is_called_as_it_was_named_with_its_short_id(revision, text):
    assert str(revision) == text
