"""The page without a browser: what stands in it, what cannot, how large it gets. The browser tests drive it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness import words
from harness.model import Phrase, Verdict
from harness.report import Report, html, html_data, write_all

PAGE = Path(html.__file__).parent / "page"


class Page(HTMLParser):
    """The page as an HTML parser sees it: elements in order, texts by element, and every attribute."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.raw: dict[str, list[str]] = {"script": [], "style": [], "title": []}
        self.open: str | None = None
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag in self.raw:
            self.open = tag
            self.raw[tag].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == self.open:
            self.open = None

    def handle_data(self, data: str) -> None:
        if self.open:
            self.raw[self.open][-1] += data
        else:
            self.text += data

    @property
    def data(self) -> Any:
        return json.loads(self.raw["script"][0])

    def values(self, name: str) -> list[str]:
        return [value for _, attribute, value in self.attributes if attribute == name]


def text_of(report: Report, lang: str = "en") -> str:
    return "".join(html.render(report, lang=lang))


def page(report: Report, lang: str = "en") -> Page:
    return Page(text_of(report, lang))


@pytest.fixture(scope="module")
def pages(stories: Mapping[str, Report]) -> Mapping[str, Page]:
    return {name: page(report) for name, report in stories.items()}


def test_the_first_screen_of_a_red_run_says_what_broke_and_what_to_send_instead(pages: Mapping[str, Page]) -> None:
    shown = re.sub(r"\s+", " ", pages["red"].text.split("Variants")[0])

    assert "1 of 11 variants ended in an error of the harness" in shown
    assert "runway · image_to_video · https://api.dev.runwayml.com · contract 2026-11-22" in shown
    assert "started 2026-11-22 10:15 UTC" in shown
    assert "What broke, and what to send instead" in shown
    assert (
        "ratio=9:16 is refused; allowed: 1280:720, 720:1280, 960:960.Send insteadSend ratio=720:1280: the same shape "
        'in pixels.{"ratio": "720:1280"}The API said: Invalid option: expected one of "1280:720"|"720:1280"|"960:960"'
        "PARAM.VALUEratio2 aspect ratio3 aspect ratio again"
    ) in shown


def test_variants_of_one_code_and_field_are_one_cause(pages: Mapping[str, Page]) -> None:
    assert pages["red"].text.count("Send ratio=720:1280") == 1
    assert [value for value in pages["red"].values("href") if value in {"#v-00000002", "#v-00000003"}] == [
        "#v-00000002",
        "#v-00000003",
    ]


def test_a_green_run_has_nothing_broken_and_its_format_is_open(pages: Mapping[str, Page]) -> None:
    assert "What broke" not in pages["green"].text
    assert "Working format: image_to_video" in pages["green"].text
    assert "open" in [name for tag, name, _ in pages["green"].attributes if tag == "details"]


@pytest.mark.parametrize("story", ["green", "red", "two_scenarios", "hostile"])
def test_nothing_of_a_run_becomes_markup(story: str, pages: Mapping[str, Page], stories: Mapping[str, Report]) -> None:
    """Whatever the texts say, the elements are ours, and the scripts are two: the data and our own."""
    found = pages[story]
    assert set(found.tags) <= set(ALLOWED)
    assert found.tags.count("script") == 2
    assert not [name for _, name, _ in found.attributes if name.startswith("on") or name in {"style", "src", "srcdoc"}]
    links = [value for tag, name, value in found.attributes if tag == "a" and name == "href"]
    ids = {entry["id"] for entry in stories[story].variants}
    assert [link for link in links if link != "#variants" and link[1:] not in ids] == []


ALLOWED = (
    *("html", "head", "meta", "title", "link", "style", "body", "svg", "symbol", "circle", "rect", "path", "use"),
    *("a", "header", "p", "strong", "span", "button", "main", "section", "h1", "h2", "h3", "h4", "ul", "li", "b"),
    *("article", "div", "code", "q", "details", "summary", "pre", "noscript", "dl", "dt", "dd", "footer", "dialog"),
    "script",
)


def test_hostile_texts_stay_as_they_are(pages: Mapping[str, Page]) -> None:
    assert "<script>alert(1)</script>" in pages["hostile"].text
    assert "<script>alert(1)</script>" in pages["hostile"].data["variants"][0]["n"]
    assert "\u202e" not in pages["hostile"].text
    assert "\x1b" not in "".join(pages["hostile"].raw["script"][1])


def test_the_policy_names_the_style_and_the_script_by_their_hash(pages: Mapping[str, Page]) -> None:
    found = pages["red"]
    policy = next(value for value in found.values("content") if value.startswith("default-src"))
    told = {name: value for name, _, value in (part.strip().partition(" ") for part in policy.split(";"))}

    def digest(text: str) -> str:
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    assert told == {
        "default-src": "'none'",
        "script-src": digest(found.raw["script"][1]),
        "style-src": digest(found.raw["style"][0]),
        "img-src": "'self' file: data:",
        "media-src": "'self' file:",
        "base-uri": "'none'",
        "form-action": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }


def test_no_address_but_that_of_a_namespace_is_asked() -> None:
    """Neither the page nor its script and style name a host."""
    for file in PAGE.iterdir():
        text = file.read_text("utf-8")
        assert re.findall(r"https?://(?!www\.w3\.org/2000/svg)", text) == [], file.name
        assert re.findall(r"@import|\burl\(|\bfetch\(|XMLHttpRequest|WebSocket|sendBeacon|\bimport\(", text) == [], (
            file.name
        )


@pytest.mark.parametrize("file", html.SCRIPTS)
def test_no_script_makes_markup_of_data(file: str) -> None:
    text = (PAGE / file).read_text("utf-8")
    assert (
        re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\(|new Function", text)
        == []
    )
    assert "</script" not in text
    assert "<!--" not in text


def test_every_file_of_the_page_is_used() -> None:
    assert {file.name for file in PAGE.iterdir()} == {*html.SCRIPTS, "page.html", "page.css"}


def test_the_script_says_only_what_words_knows_and_words_nothing_idle() -> None:
    source = "".join((PAGE / name).read_text("utf-8") for name in html.SCRIPTS)
    known = {key.removeprefix("page.js.") for key in words.TEXTS if key.startswith("page.js.")}
    said = set(re.findall(r'say\("([a-z_.]+)"', source))
    assert said - known == {"time.s", "time.min", "time.h"}
    assert {key for key in known if f'"{key}"' not in source} == set()


def test_every_text_of_the_page_has_a_use() -> None:
    source = "".join(file.read_text("utf-8") for file in PAGE.parent.glob("html*.py"))
    idle = {
        key
        for key in words.TEXTS
        if key.startswith("page.") and not key.startswith("page.js.")
        if f'"{key}"' not in source
        and f'"{key.removeprefix("page.")}"' not in source
        and f'"{key.rpartition(".")[0]}.{{' not in source
        and f'"{key.rpartition(".")[0]}"' not in source
    }
    assert idle == set()


def test_the_page_in_russian(stories: Mapping[str, Report]) -> None:
    found = page(stories["red"], "ru")
    assert ("html", "lang", "ru") in found.attributes
    assert "Что сломалось и что отправлять вместо этого" in found.text
    assert found.data["texts"]["copy"] == "Копировать"
    assert "НЕ РАБОТАЕТ" in found.data["results"]


def test_a_payload_is_told_by_what_differs(stories: Mapping[str, Report]) -> None:
    """From the base, what was added and what is missing, the script puts together what report.json says."""
    for name, report in stories.items():
        if name == "hostile":
            continue
        data = page(report).data
        for short, entry in zip(data["variants"], report.variants, strict=True):
            base = data["bases"][short["b"]][0]
            whole = {**base, **short.get("p", {})}
            for key in short.get("m", ()):
                del whole[key]
            assert whole == entry["payload"]


def test_a_curl_line_is_told_by_its_middle(make_report: Callable[..., Report], make_case: Callable[..., Any]) -> None:
    payloads = [{"promptText": text} for text in ("a", "a", "кадр 中文 👨", "ab", "", "x" * 9000)]
    report = make_report([make_case(number, "n", payload=payload) for number, payload in enumerate(payloads, 1)])
    data = page(report).data
    told = []
    for short in data["variants"]:
        start, middle, end = short.get("u", (0, "", 0))
        base = data["bases"][short["b"]][1]
        told.append(base[:start] + middle + base[len(base) - end :])
    assert told == [*(entry["curl"] for entry in report.variants[:5]), ""]


def alike(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((index for index, (a, b) in pairs if a != b), min(len(one), len(other)))


@given(st.text(), st.text(), st.text(), st.text())
def test_any_text_is_its_base_but_for_the_middle(start: str, one: str, other: str, end: str) -> None:
    base, text = start + one + end, start + other + end
    first, middle, last = html_data._middle(base, text)
    assert base[:first] + middle + base[len(base) - last :] == text
    if base != text:
        assert first == alike(base, text)
        assert last == alike(base[first:][::-1], text[first:][::-1])


@given(st.text())
def test_safe_json_says_the_same_and_ends_no_script(text: str) -> None:
    made = html_data.safe(json.dumps([text], ensure_ascii=False))
    assert json.loads(made) == [text]
    assert "<" not in made
    assert not {"\u2028", "\u2029"} & set(made)


ODD: tuple[Any, ...] = (None, 7, "text", [], {}, [1], {"a": [None]}, [{"b": 1}])
OPTIONAL = (
    *("endpoint", "source", "tags", "levels", "payload", "http_status", "task_state", "polls", "attempts", "outputs"),
    *("curl", "x"),
)


def diagnosed(report: Report, **more: Any) -> Report:
    diagnosis = {
        "minimal": [{"model": "gen4.5", "duration": 2}],
        "confidence": "certified",
        "explains": ["v-00000002", "v-00000003"],
        "suggestion": {"duration": 5},
        "suggestion_seen_to_work": True,
        "probes": ["p-1b000000", "p-1b000001"],
        **more,
    }
    return Report({**report.head, "diagnoses": [diagnosis]}, report.variants, report.rows)


def test_a_diagnosis_is_told_instead_of_the_findings_that_it_explains(stories: Mapping[str, Report]) -> None:
    text = re.sub(r"\s+", " ", page(diagnosed(stories["red"])).text)
    assert (
        'model=gen4.5, duration=2 are refused together.Send instead{"duration": 5}Seen to work in this run.'
        "proven2 aspect ratio3 aspect ratio again2 probes sent to find this, and what came"
    ) in text
    assert "ratio=9:16 is refused" not in text


def sentence(key: str, **params: str) -> Any:
    phrase = Phrase(key=key, params=params)
    return {"text": words.say(phrase), "words": {"key": key, "params": params}}


SENTENCES = (
    sentence("cause.refused", cause="ratio=9:16", rows="2"),
    sentence("cause.since", run="20261121-101500-aaaa"),
    sentence("cause.instead", to="ratio=720:1280"),
    sentence("cause.seen.works", task="t-1"),
    sentence("cause.explains", ids="v-00000002, v-00000003"),
)


@pytest.mark.parametrize("lang", words.LANGS)
def test_the_sentences_of_a_diagnosis_stand_in_their_places(lang: str, stories: Mapping[str, Report]) -> None:
    more = {"code": "PARAM.VALUE", "said": "no <b>", "suggestion": {"ratio": "720:1280", "seed": {"$absent": True}}}
    text = page(diagnosed(stories["red"], sentences=list(SENTENCES), **more), lang).text
    said = [words.say(Phrase(key=one["words"]["key"], params=one["words"]["params"]), lang) for one in SENTENCES[:4]]
    places = [text.index(part) for part in (*said[:3], '{"ratio": "720:1280"}', said[3], "no <b>", "PARAM.VALUE")]
    assert places == sorted(places)
    assert words.text("cause.explains", lang, ids="v-00000002, v-00000003") not in text


def test_a_variant_that_is_explained_in_part_is_told_by_its_findings_too(stories: Mapping[str, Report]) -> None:
    report = diagnosed(stories["red"], sentences=list(SENTENCES), kind="refused", partly=["v-00000003"])
    text = re.sub(r"\s+", " ", page(report).text)
    assert text.count("ratio=9:16 is refused") == 2
    assert "PARAM.VALUEratio3 aspect ratio again" in text


def test_a_guess_from_one_variant_says_no_more_than_its_finding(stories: Mapping[str, Report]) -> None:
    report = diagnosed(stories["red"], sentences=list(SENTENCES), confidence="ranked", explains=["v-00000002"])
    assert "It was accepted in the run" not in page(report).text


def test_a_diagnosis_of_one_key_that_is_left_out(stories: Mapping[str, Report]) -> None:
    odd = diagnosed(
        stories["red"],
        minimal=[{"seed": {"$absent": True}}],
        suggestion=None,
        confidence="a guess",
        probes=[],
        explains=["v-nobody"],
    )
    text = page(odd).text
    assert "without seed is refused." in text
    assert "a guess" in text


def test_probes_are_listed(stories: Mapping[str, Report]) -> None:
    report = stories["red"]
    probes = [
        {**report.variants[1], "id": "p-1b000000", "purpose": "split"},
        {**report.variants[0], "id": "<b>", "purpose": "</script>"},
    ]
    found = page(Report({**diagnosed(report).head, "probes": probes}, report.variants, report.rows))
    assert "Diagnosis: 2 probes" in found.text
    # In the paragraph of the cause that they prove, and once more among all.
    assert found.text.count(" aspect ratio: refused. Which of the possible causes is it?") == 2
    assert " ratio='720:1280': works. </script> d8b03508-a8a3-4590-ae09-000000000001" in found.text
    assert found.values("href").count("#p-1b000000") == 2
    assert [(probe["i"], probe["pu"]) for probe in found.data["probes"]] == [
        ("p-1b000000", "Which of the possible causes is it?"),
        ("<b>", "</script>"),
    ]


def test_a_page_that_is_written_to_two_places_is_the_same_twice(stories: Mapping[str, Report], tmp_path: Path) -> None:
    report = stories["red"]
    told = Report({**diagnosed(report).head, "probes": [dict(report.variants[0])]}, report.variants, report.rows)
    places = [tmp_path / "one.html", tmp_path / "two.html"]
    failed = write_all(told, [("json", tmp_path / "report.json"), *(("html", place) for place in places)], "en")
    one, two = (place.read_text(encoding="utf-8") for place in places)
    assert failed == {}
    assert one == two == "".join(html.render(told))


@pytest.mark.parametrize("value", ODD, ids=repr)
def test_probes_of_another_hand(value: Any, stories: Mapping[str, Report]) -> None:
    report = stories["red"]
    keys = (*OPTIONAL, "verdict", "result", "findings", "skipped", "task_id", "credits", "timing", "expect", "purpose")
    probes = [value, {"id": value}, {"id": "p-1", **dict.fromkeys(keys, value)}, {"id": "p-2", "findings": [value]}]
    data = page(Report({**report.head, "probes": probes}, report.variants, report.rows)).data
    assert {"p-1", "p-2"} <= {probe["i"] for probe in data["probes"]}


def test_the_certificate_of_coverage(stories: Mapping[str, Report]) -> None:
    report = stories["green"]
    coverage = {
        "strength": 2,
        "strengths": [2],
        "tuples": 118,
        "covered": 116,
        "accepted": 110,
        "masked": 6,
        "infeasible": 4,
        "missing_count": 2,
        "missing": [{"levels": {"model": "a", "ratio": "</script>"}, "reason": "skipped:budget"}],
    }
    scenarios = [{**report.head["scenarios"][0], "coverage": coverage}]
    found = page(Report({**report.head, "scenarios": scenarios}, report.variants, report.rows))
    assert "image_to_video: 116 of 118 pairs sent" in found.text
    assert "seen accepted110only in refused variants6not sent2ruled out by the rules4" in found.text
    assert 'Not sent (2){"model": "a", "ratio": "</script>"}: skipped:budget' in found.text


@pytest.mark.parametrize("coverage", [{}, {"missing": "x", "tuples": -1, "covered": "many"}, {"missing": [1, None]}])
def test_a_certificate_of_another_hand(coverage: Any, stories: Mapping[str, Report]) -> None:
    report = stories["green"]
    scenarios = [{**report.head["scenarios"][0], "coverage": coverage}]
    found = page(Report({**report.head, "scenarios": scenarios}, report.variants, report.rows))
    assert "image_to_video: 0 of 0" in found.text


def test_ten_thousand_variants_take_few_bytes(
    make_report: Callable[..., Report], make_case: Callable[..., Any]
) -> None:
    """What repeats is said once: a page of ten thousand stays below 4 MB, and a variant below 400 bytes."""
    cases = [
        make_case(number, f"seed={number}", levels={"seed": number, "ratio": "1280:720"}) for number in range(1, 2001)
    ]
    small = len(text_of(make_report(cases[:1])))
    large = len(text_of(make_report(cases)))
    assert (large - small) / len(cases) < 400


def test_long_texts_are_cut(make_report: Callable[..., Report], make_case: Callable[..., Any]) -> None:
    report = make_report([make_case(1, "n" * 50_000, levels={"promptText": "x" * 90_000}, verdict=Verdict.FAIL)])
    assert len(text_of(report)) < len(text_of(make_report([make_case(1, "n")]))) + 40_000


def test_many_causes_are_told_by_their_number(
    make_report: Callable[..., Report], make_case: Callable[..., Any], stories: Mapping[str, Report]
) -> None:
    finding = stories["red"].variants[1]["findings"][0]
    entries = [
        {**entry, "findings": [{**finding, "field": f"field{number}"}]}
        for number, entry in enumerate(
            make_report([make_case(number, "n", verdict=Verdict.FAIL) for number in range(1, 61)]).variants
        )
    ]
    report = Report(stories["red"].head, entries)
    text = page(report).text
    assert text.count("Send instead") == 40
    assert "And 20 more causes: see the table." in text


def test_a_cause_of_many_variants_leads_to_the_table(
    make_report: Callable[..., Report], make_case: Callable[..., Any]
) -> None:
    report = make_report([make_case(number, "n", verdict=Verdict.FAIL) for number in range(1, 31)])
    found = page(report)
    assert "show all 30 in the table" in found.text
    assert found.values("data-cause") == ["0"]
    assert found.data["causes"] == [list(range(1, 31))]


def odd(report: Report, value: Any) -> Report:
    """The report with this value wherever a report.json is not held to anything."""
    findings = [
        {"code": "A", "message": "b", "words": {"message": {}, "suggestion": None}, "proposal": {"value": value}}
    ]
    entries = [
        {**report.variants[0], **dict.fromkeys(OPTIONAL, value), "findings": findings, "verdict": verdict}
        for verdict in ("pass", "fail", "skipped")
    ]
    head = {**report.head, "diagnoses": [value, {"minimal": [value], "suggestion": value, "confidence": value}]}
    return Report(head, entries)


@pytest.mark.parametrize("value", ODD, ids=repr)
def test_a_report_of_another_hand_is_told_as_far_as_it_goes(value: Any, stories: Mapping[str, Report]) -> None:
    data = page(odd(stories["green"], value)).data
    assert len(data["variants"]) == 3
    assert all(isinstance(short.get("l", {}), dict) for short in data["variants"])


def test_a_run_without_variants(stories: Mapping[str, Report]) -> None:
    found = page(Report(stories["green"].head, ()))
    assert found.data["variants"] == []


RUNS = [
    {"id": f"202611{day}-031500-7f3a", "started_at": f"2026-11-{day}T03:15:00.000Z"} for day in (18, 19, 20)
]  # fmt: skip


def with_past(report: Report, letters: Mapping[int, str], **more: Any) -> Report:
    """The report with three runs before it; `letters` by the number of the variant."""
    variants = {f"v-{number:08x}": {"verdicts": told} for number, told in letters.items()}
    return Report(
        {**report.head, "history": {"runs": RUNS, "variants": variants}, **more}, report.variants, report.rows
    )


def test_the_first_screen_says_since_when(stories: Mapping[str, Report]) -> None:
    first = re.sub(r"\s+", " ", page(with_past(stories["red"], {2: "ppf", 3: ".pf"})).text.split("Matrix")[0])
    assert (
        "ratio=9:16 is refused; allowed: 1280:720, 720:1280, 960:960.Broken since 2026-11-20 03:15 UTC "
        "(run 20261120-031500-7f3a); last as expected 2026-11-19 03:15 UTC (run 20261119-031500-7f3a).Send instead"
    ) in first
    assert "First fired in this run: no earlier run tells of it." in first
    assert "no earlier run to compare with" not in first
    russian = page(with_past(stories["red"], {2: "ppf", 3: ".pf"}), "ru").text
    assert "Сломано с 2026-11-20 03:15 UTC (запуск 20261120-031500-7f3a)" in russian


def test_without_a_run_before_a_red_page_says_so(pages: Mapping[str, Page]) -> None:
    assert "no earlier run to compare with" in pages["red"].text
    assert "no earlier run to compare with" not in pages["green"].text
    assert "past" not in pages["red"].data


def test_drift_is_not_told_twice(stories: Mapping[str, Report]) -> None:
    report = diagnosed(stories["red"], sentences=list(SENTENCES))
    assert "It was accepted in the run" in page(report).text
    told = page(with_past(report, {2: "ppf", 3: "ppf"})).text
    assert "It was accepted in the run" not in told
    assert "Broken since 2026-11-20 03:15 UTC" in told


def test_what_is_flaky_stands_apart(stories: Mapping[str, Report]) -> None:
    report = with_past(stories["green"], {1: "pfp", 2: "ppp", 4: "fff"}, flaky=["v-00000003"])
    found = page(report)
    text = re.sub(r"\s+", " ", found.text)
    assert (
        "Flaky The same payload passes and fails: over the last runs, or within this one.1 ratio='720:1280'3 ratio"
        in (text.replace("Flaky", "Flaky ", 1))
    )
    past = found.data["past"]
    assert past["flaky"] == 2
    assert past["runs"][0] == ["20261118-031500-7f3a", "2026-11-18 03:15 UTC"]
    assert [told[:3] for told in past["of"][:4]] == [["pfp", 1, -1], ["ppp", 0, -1], ["", 1, -1], ["fff", 0, -1]]


def test_many_that_are_flaky_lead_to_the_table(
    make_report: Callable[..., Report], make_case: Callable[..., Any]
) -> None:
    report = make_report([make_case(number, "n") for number in range(1, 31)])
    found = page(with_past(report, dict.fromkeys(range(1, 31), "pfp")))
    assert "show all 30 in the table" in found.text
    assert ("button", "data-flaky", "") in found.attributes


@pytest.mark.parametrize("value", ODD, ids=repr)
def test_a_past_of_another_hand(value: Any, stories: Mapping[str, Report]) -> None:
    past = {"verdicts": value, "queued_s": value, "running_s": value}
    for history in (
        value,
        {"runs": value, "variants": value},
        {"runs": [value], "variants": {"v-00000002": value}},
        {"runs": [{"id": value, "started_at": value}], "variants": {"v-00000002": past}},
    ):
        report = Report({**stories["red"].head, "history": history, "flaky": value}, stories["red"].variants)
        assert len(page(report).data["variants"]) == 12
