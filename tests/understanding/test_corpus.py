"""What people write is understood as they mean it: the corpus to the last line, the held-out one as it has to be."""

from bench.understanding import NONE, Verdict, corpus, shares, verdict


def test_the_corpus_is_understood_to_the_last_line() -> None:
    lines = corpus("corpus")
    assert len(lines) >= 400
    assert [(one.said, one.means, str(found)) for one in lines if (found := verdict(one)) is not Verdict.RIGHT] == []


def test_of_what_was_held_out_nearly_all_is_understood_and_next_to_nothing_done_wrong() -> None:
    lines = corpus("held_out")
    assert [len([one for one in lines if (one.means == NONE) is none]) for none in (False, True)] == [200, 200]
    found = shares(lines)
    assert found["understood"] >= 95, found
    assert found["wrong"] <= 1, found


def test_no_line_is_in_both() -> None:
    assert {one.said for one in corpus("corpus")} & {one.said for one in corpus("held_out")} == set()
