"""How a search is written, and what stays of one that means harm."""

from hypothesis import given
from hypothesis import strategies as st

from search_index.parsing import LONGEST_QUERY, MOST_TERMS, Query, parse


def test_words_phrases_and_operators_are_told_apart() -> None:
    assert parse('router "rotes Licht" -telefon tag:WLAN category:"Mein Tarif" author:@Jana is:solved') == Query(
        words=("router",),
        phrases=("rotes Licht",),
        without=("telefon",),
        tags=("wlan",),
        categories=("mein tarif",),
        author="jana",
        is_solved=True,
    )


def test_a_phrase_can_be_left_out_and_one_word_in_quotes_is_a_word() -> None:
    assert parse('-"neu starten" "Router"') == Query(words=("Router",), without=("neu starten",))


def test_is_open_and_minus_is_solved_are_the_same() -> None:
    assert parse("is:open") == parse("-is:solved") == Query(is_solved=False)


def test_what_is_no_operator_is_a_word() -> None:
    assert parse("is:blue http://a.example OR *") == Query(words=("is:blue", "http://a.example", "OR"))


def test_an_open_quote_ends_with_the_query() -> None:
    assert parse('"neu starten') == Query(phrases=("neu starten",))


def test_a_query_of_nothing_is_empty() -> None:
    assert not parse("")
    assert not parse(' \t-" * ? ~ () ""')


def test_a_query_is_cut_to_its_bounds() -> None:
    assert len(parse("a " * 5_000).words) == MOST_TERMS
    assert len(parse("x" * 100_000).words[0]) == LONGEST_QUERY


@given(st.text(max_size=400))
def test_any_text_is_a_query(text: str) -> None:
    query = parse(text)
    assert len(query.words) + len(query.phrases) + len(query.without) + len(query.tags) <= MOST_TERMS
    assert len(query.text) <= LONGEST_QUERY + MOST_TERMS


def test_phrases_may_stand_in_the_quotes_that_phones_write() -> None:
    assert parse("“red light”").phrases == parse("„red light“").phrases == ("red light",)
