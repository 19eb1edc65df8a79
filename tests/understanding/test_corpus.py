"""What people write is understood as they mean it: the corpus to the last line, the held-out one as it has to be."""

import pytest

from bench.understanding import NONE, Verdict, corpus, shares, verdict


def test_the_corpus_is_understood_to_the_last_line() -> None:
    lines = corpus("corpus")
    assert len(lines) >= 400
    assert [(one.said, one.means, str(found)) for one in lines if (found := verdict(one)) is not Verdict.RIGHT] == []


@pytest.mark.parametrize(("name", "of_each"), [("held_out", 200), ("held_out_2", 100)])
def test_of_what_was_held_out_nearly_all_is_understood_and_next_to_nothing_done_wrong(name: str, of_each: int) -> None:
    lines = corpus(name)
    assert [len([one for one in lines if (one.means == NONE) is none]) for none in (False, True)] == [of_each] * 2
    found = shares(lines)
    assert found["understood"] >= 95, found
    assert found["wrong"] <= 1, found


def test_what_is_said_in_everyday_words_is_at_most_a_tap_away() -> None:
    lines = corpus("held_out_3")
    assert [len([one for one in lines if (one.means == NONE) is none]) for none in (False, True)] == [101, 60]
    found = shares(lines)
    assert found["understood"] + found["offered"] >= 90, found
    assert found["wrong"] <= 1, found


def test_no_line_is_in_two_of_them() -> None:
    said = [one.said for name in ("corpus", "held_out", "held_out_2", "held_out_3") for one in corpus(name)]
    assert [one for one in set(said) if said.count(one) > 1] == []
