"""Somebody of the staff builds a request in the browser; what customers do with it is told by others."""

from __future__ import annotations

from tests.journeys.people import Reader

NAMING = {
    "name_de": "Mein Zähler brummt",
    "name_en": "My meter is noisy",
    "description_de": "Ein Geräusch, das nicht aufhört.",
    "description_en": "A sound that does not end.",
}


def build_request(reader: Reader, category: str = "electricity") -> str:
    """A request of three steps, with a condition and a private photo, built and put into use by `reader`; its slug.

    It asks *sound* (a choice: Brummt, Klickt), *since_when* (a text, required, only if it hums), *photo* (a private photo) and
    *meter_number* (private, required, known).
    """
    reader.open("/moderation/settings/requests")
    reader.follow("New request")
    reader.page.locator("select[name=category]").select_option(value=str(_category(reader, category)))
    reader.write(**NAMING)
    reader.press("Build its form")
    reader.arrives("/moderation/settings/requests/drafts/")
    editor = reader.path
    add_field(reader, editor, 1, "choice", de="Was hörst du?", en="Sound", required=True, options=("Brummt", "Klickt"))
    add_step(reader, editor, "Mehr dazu", "More about it")
    add_field(reader, editor, 2, "text", de="Seit wann?", en="Since when", required=True, only_if=("sound", "brummt"))
    add_step(reader, editor, "Dein Zähler", "Your meter")
    add_field(reader, editor, 3, "photo", de="Foto vom Zähler", en="Photo", private=True)
    add_field(
        reader,
        editor,
        3,
        "text",
        de="Zählernummer",
        en="Meter number",
        required=True,
        private=True,
        known_as="meter_number",
    )
    reader.follow("Preview")
    reader.reads("Foto vom Zähler")
    reader.open(editor)
    reader.press("Put into use")
    reader.arrives("/moderation/settings/requests/my-meter-is-noisy")
    return reader.path.rpartition("/")[2]


def _category(reader: Reader, slug: str) -> int:
    return int(reader.site.rows("SELECT id FROM categories WHERE slug = ?", slug)[0][0])


def add_step(reader: Reader, editor: str, de: str, en: str) -> None:
    """One step more, with its title."""
    form = reader.page.locator(f"form[action='{editor}/steps']")
    reader.hands.write(form.locator("[name=title_de]"), de)
    reader.hands.write(form.locator("[name=title_en]"), en)
    reader.press("Add a step", form)
    reader.reads(de if reader.language == "de" else en)


def add_field(
    reader: Reader,
    editor: str,
    step: int,
    kind: str,
    *,
    de: str,
    en: str,
    required: bool = False,
    private: bool = False,
    known_as: str = "",
    options: tuple[str, ...] = (),
    only_if: tuple[str, str] | None = None,
) -> None:
    """One field more at the end of a step (from 1), filled in on its own page; ends in the editor again."""
    form = reader.page.locator(f"#step-step_{step} form.builder-add")
    form.locator("select[name=kind]").select_option(kind)
    reader.press("Add a field", form)
    reader.arrives(f"{editor}/fields/")
    reader.write(label_de=de, label_en=en)
    for number, text in enumerate(options):
        reader.write(**{f"option_{number}_de": text, f"option_{number}_en": text})
    if required:
        reader.hands.use(reader.page.locator("input[name=is_required]"))
    if private:
        reader.choose("is_private", "1")
    if known_as:
        reader.page.locator("select[name=known_as]").select_option(known_as)
    if only_if:
        reader.choose("shown_if", only_if[0])
        reader.choose(f"values-{only_if[0]}", only_if[1])
    reader.press("Save")
    reader.arrives(editor + "#field-")
    reader.reads(de if reader.language == "de" else en)
