"""Which piece of a thread a hit shows."""

from hypothesis import given, settings
from hypothesis import strategies as st

from search_index.languages import LONGEST_WORD, each_word, words
from search_index.passages import PostText, best_passage, marks, places

FILLER = "Hier steht etwas ganz anderes, das niemand sucht. " * 20


def shown(query: str, *posts: PostText) -> tuple[int, str, list[str]]:
    passage = best_passage(query, posts, "de")
    assert passage is not None
    return passage.post_id, passage.text, [passage.text[mark.start : mark.end] for mark in passage.marks]


def test_the_passage_is_where_the_words_stand_together() -> None:
    post = PostText(1, f"Der Router ist neu. {FILLER}Den Router vom Strom trennen und neu starten. {FILLER}")
    _, text, marked = shown("router neu starten", post)
    assert text.startswith("Den Router vom Strom trennen")
    assert marked[:3] == ["Router", "neu", "starten"]


def test_the_solution_comes_first_at_equal_worth() -> None:
    asked = PostText(1, "Der Router blinkt rot.")
    solution = PostText(2, "Der Router muss neu starten.", is_solution=True)
    assert shown("router", asked, solution)[0] == 2


def test_a_post_that_says_much_more_beats_the_solution() -> None:
    asked = PostText(1, "Router blinkt rot seit gestern Abend.")
    assert shown("router blinkt rot gestern", asked, PostText(2, "Neu starten.", is_solution=True))[0] == 1


def test_inflected_and_mistyped_words_are_marked() -> None:
    assert shown("störungsmelung", PostText(1, "Eine Störungsmeldung liegt vor."))[2] == ["Störungsmeldung"]
    assert shown("rechnungen", PostText(1, "Die Rechnung kam."))[2] == ["Rechnung"]


def test_without_a_word_of_the_query_the_solution_begins() -> None:
    post_id, text, marked = shown("xyz", PostText(1, FILLER), PostText(2, "Neu starten hilft.", is_solution=True))
    assert (post_id, text, marked) == (2, "Neu starten hilft.", [])


def test_nothing_to_show_is_none() -> None:
    assert best_passage("router", [], "de") is None
    assert best_passage("router", [PostText(1, " \n ")], "de") is None


def test_a_title_can_be_marked() -> None:
    assert [(mark.start, mark.end) for mark in marks("langsam", "Internet langsam", "de")] == [(9, 16)]


@settings(max_examples=400)
@given(st.text(alphabet="ab1_-.:/+ äß\u0301x", max_size=80) | st.text(max_size=80))
def test_every_word_is_found_where_it_stands(text):
    said = {word for word in each_word(text) if len(word) <= LONGEST_WORD}
    assert {(word, start) for word in said for start in places(text, word)} == {
        (word.text, word.start) for word in words(text)
    }


@given(st.text(max_size=60), st.text(max_size=900))
def test_marks_lie_in_the_passage_and_the_passage_in_the_post(query: str, text: str) -> None:
    passage = best_passage(query, [PostText(1, text)], "de", length=100)
    if passage is not None:
        assert passage.text in text
        assert len(passage.text) <= 100
        ends = [0, *(end for mark in passage.marks for end in mark)]
        assert ends == sorted(ends)
        assert ends[-1] <= len(passage.text)
