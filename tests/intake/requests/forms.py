"""Forms to try things on: those that could be used, and any at all."""

from __future__ import annotations

from hypothesis import strategies as st

from community.intake.requests.definition import (
    WITH_OPTIONS,
    Both,
    Condition,
    Field,
    Form,
    Kind,
    Option,
    Reads,
    Step,
)

TEXTS = st.builds(Both, st.text(max_size=8), st.text(max_size=8))
WHOLE = st.builds(Both, st.sampled_from(("Frage", "Wann?")), st.sampled_from(("Question", "When?")))
OPTIONS = tuple(Option(key, Both(key, key)) for key in ("yes", "no", "maybe"))


@st.composite
def usable(draw: st.DrawFn) -> Form:
    """A form whose conditions name earlier fields; nothing else about it can be wrong."""
    fields: list[Field] = []
    for number in range(draw(st.integers(1, 8))):
        kind = draw(st.sampled_from(Kind))
        on = draw(st.sampled_from([None, *fields]))
        values = draw(st.sets(st.sampled_from(("yes", "no", "maybe")))) if on and on.kind in WITH_OPTIONS else ()
        fields.append(
            Field(
                f"q{number}",
                kind,
                draw(WHOLE),
                is_required=draw(st.booleans()),
                is_private=draw(st.booleans()) or bool(on and on.is_private),
                options=OPTIONS if kind in WITH_OPTIONS else (),
                shown_if=Condition(on.key, tuple(sorted(values))) if on else None,
            )
        )
    cut = draw(st.integers(1, len(fields)))
    parts = [tuple(part) for part in (fields[:cut], fields[cut:]) if part]
    return Form(tuple(Step(f"s{number}", Both("Teil", "Part"), part) for number, part in enumerate(parts)))


ANY_FIELD = st.builds(
    Field,
    key=st.sampled_from(("a", "b", "c", "D!", "")),
    kind=st.sampled_from(Kind),
    label=TEXTS,
    help=TEXTS,
    is_required=st.booleans(),
    is_private=st.booleans(),
    options=st.lists(st.builds(Option, st.sampled_from(("a", "b", "")), TEXTS), max_size=3).map(tuple),
    unit=st.text(max_size=3),
    least=st.sampled_from(("", "1", "-3.5", "x", "NaN", "Infinity")),
    most=st.sampled_from(("", "0", "9", "sNaN")),
    pattern=st.sampled_from(("", "a+", "(", r"(a)\1", "(a+)+$", "(?=a)")) | st.text(max_size=6),
    pattern_says=TEXTS,
    shown_if=st.none() | st.builds(Condition, st.sampled_from(("a", "b", "z")), st.just(("a",)) | st.just(())),
    keep_days=st.integers(-1, 5000),
    known_as=st.sampled_from(("", "phone")),
    reads=st.sampled_from(Reads),
    reads_into=st.sampled_from(("", "a", "z")),
)
ANY_FORM = st.lists(
    st.builds(Step, st.sampled_from(("s", "t")), TEXTS, st.lists(ANY_FIELD, max_size=4).map(tuple)), max_size=4
).map(lambda steps: Form(tuple(steps)))


def answers_to(form: Form) -> st.SearchStrategy[dict[str, str | list[str] | int]]:
    """Something for every field, or nothing; not always what fits."""
    keys = [field.key for field in form.fields]
    answer = (
        st.sampled_from(("yes", "no", "", "17", "text")) | st.lists(st.sampled_from(("yes", "no"))) | st.integers(1, 9)
    )
    return st.dictionaries(st.sampled_from([*keys, "gone"]), answer)
