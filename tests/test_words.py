import copy
import pickle
import re
from pathlib import Path

import pytest

from harness import words
from harness.model import Phrase
from harness.words import BLOCKS, judging, refusing

KEYS = sorted(words.TEXTS)

FORMS = {"en": 2, "ru": 3}

PACKAGE = Path(words.__file__).parents[1]
#: Families whose keys are made from finding codes and JSON types: `asset.` + …, `{expected:type}`.
COMPOSED = {"asset", "made", "makes", "type"}


#: A text with one plain blank.
KEY, BLANK = "page.footer", "run"


def blanks(template: str) -> set[str]:
    return set(re.findall(r"\{([a-z_]+)[|:}]", template))


def test_every_block_is_in_the_table_and_no_key_stands_in_two() -> None:
    keys = [key for block in BLOCKS for key in block.TEXTS]

    assert sorted(keys) == KEYS


def test_every_key_has_every_language() -> None:
    lacking = [key for key, texts in words.TEXTS.items() if tuple(texts) != words.LANGS or not all(texts.values())]

    assert lacking == []


def test_the_blanks_are_the_same_in_every_language() -> None:
    differing = [key for key, texts in words.TEXTS.items() if blanks(texts["en"]) != blanks(texts["ru"])]

    assert differing == []


def test_every_template_can_be_filled_and_leaves_no_brace() -> None:
    filled = {
        (key, lang): words.say(Phrase(key=key, params=dict.fromkeys(blanks(template), "7")), lang)
        for key, texts in words.TEXTS.items()
        for lang, template in texts.items()
    }

    assert [name for name, said in filled.items() if "{" in said or "}" in said] == []


def test_every_plural_has_as_many_forms_as_its_language() -> None:
    wrong = [
        (key, lang, forms)
        for key, texts in words.TEXTS.items()
        for lang, template in texts.items()
        for forms in re.findall(r"\{[a-z_]+\|([^{}]*)\}", template)
        if len(forms.split("|")) != FORMS[lang]
    ]

    assert wrong == []


def test_russian_is_russian() -> None:
    alike = [
        key
        for key, texts in words.TEXTS.items()
        if texts["en"] == texts["ru"] and re.search(r"[A-Za-z]{2}", re.sub(r"\{[^{}]*\}", "", texts["en"]))
    ]

    assert alike == []


def test_no_text_of_the_judge_is_without_a_use() -> None:
    """Keys that are put together from parts (`param.range.` and a side) count as used with their first parts."""
    source = "\n".join(file.read_text() for file in PACKAGE.rglob("*.py") if "words" not in file.parts)
    used = set(re.findall(r"[\"']([a-z_]+(?:\.[a-z0-9_]+)*)\.?[\"'{]", source))

    idle = [
        key
        for key in (*judging.TEXTS, *refusing.TEXTS)
        if key not in used and key.rpartition(".")[0] not in used and key.split(".")[0] not in COMPOSED
    ]

    assert idle == []


@pytest.mark.parametrize(
    ("key", "english", "russian"),
    [
        ("verdict.works", "works", "РАБОТАЕТ"),
        ("verdict.refused", "refused", "ОТКЛОНЁН"),
        ("verdict.inconclusive", "cannot tell", "НЕЯСНО"),
    ],
)
def test_verdict_words(key: str, english: str, russian: str) -> None:
    assert words.text(key) == english
    assert words.text(key, "ru") == russian


@pytest.mark.parametrize(
    ("number", "english", "russian"),
    [
        ("0", "characters", "знаков"),
        ("1", "character", "знак"),
        ("2", "characters", "знака"),
        ("5", "characters", "знаков"),
        ("11", "characters", "знаков"),
        ("12", "characters", "знаков"),
        ("21", "characters", "знак"),
        ("104", "characters", "знака"),
        ("112", "characters", "знаков"),
        ("2.5", "characters", "знаков"),
        ("9" * 5000, "characters", "знаков"),
    ],
)
def test_plurals(number: str, english: str, russian: str) -> None:
    phrase = Phrase(key="param.too_long", params={"field": "f", "length": number})

    assert words.say(phrase) == f"f is too long: {number} {english}."
    assert words.say(phrase, "ru") == f"f: слишком длинно: {number} {russian}."


def test_a_type_word_is_said_in_the_language_and_an_unknown_one_as_it_is() -> None:
    assert words.text("advice.add.expected", field="f", expected="string") == "Add f: a text."
    assert (
        words.text("advice.add.expected", "ru", field="f", expected="string / array") == "Добавьте f: текст или список."
    )
    assert words.text("advice.add.expected", field="f", expected="uuid") == "Add f: uuid."


def test_parameters_are_never_read_as_templates() -> None:
    assert words.text("problem", text="{text} {n|a|b} {}") == "{text} {n|a|b} {}"


@pytest.mark.parametrize(
    ("key", "lang", "params"),
    [("no.such.key", "en", {}), ("verdict.works", "de", {}), ("problem", "en", {})],
    ids=["unknown key", "unknown language", "blank without a parameter"],
)
def test_a_programming_error_is_a_key_error(key: str, lang: str, params: dict[str, str]) -> None:
    with pytest.raises(KeyError):
        words.say(Phrase(key=key, params=params), lang)


def test_a_message_is_its_english_text_and_says_itself_in_russian_with_what_it_holds() -> None:
    message = words.Told(Phrase(key=KEY, params={BLANK: words.told("verdict.works")}))
    whole = "a.yaml: " + message + "."

    assert whole == f"a.yaml: {words.text(KEY, 'en', **{BLANK: 'works'})}."
    assert words.in_lang(whole, "ru") == f"a.yaml: {words.text(KEY, 'ru', **{BLANK: 'РАБОТАЕТ'})}."
    assert words.in_lang("plain", "ru") == "plain"
    assert copy.deepcopy(whole) == pickle.loads(pickle.dumps(whole)) == whole
