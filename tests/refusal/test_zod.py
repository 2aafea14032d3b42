"""What Zod 4.1.13 itself says (tests/mock/zod_4_1_13.json, made by running it) → what is read of it."""

import json
from pathlib import Path

from harness.refusal.messages import read

CASES = json.loads((Path(__file__).parents[1] / "mock" / "zod_4_1_13.json").read_text(encoding="utf-8"))

#: case → field and kind of each issue.
READ = {
    "enum wrong": "v:enum",
    "enum missing": "v:missing",
    "enum null": "v:null",
    "enum number": "v:enum",
    "enum list": "v:enum",
    "enum of one": "v:enum",
    "literal wrong": "v:enum",
    "literal missing": "v:missing",
    "literal null": "v:null",
    "literals wrong": "v:enum",
    "literals text": "v:enum",
    "literals missing": "v:missing",
    "literals fraction": "v:enum",
    "int fraction": "v:type",
    "int fraction out of range": "v:type",
    "int text": "v:type",
    "int null": "v:null",
    "int missing": "v:missing",
    "int above": "v:maximum",
    "int below": "v:minimum",
    "int boolean": "v:type",
    "int list": "v:type",
    "int object": "v:type",
    "int beyond safe": "v:maximum",
    "int far below safe": "v:minimum",
    "number above": "v:maximum",
    "number below": "v:minimum",
    "number text": "v:type",
    "number null": "v:null",
    "number exclusive": "v:minimum",
    "number exclusive max": "v:maximum",
    "string empty": "v:too_short",
    "string long": "v:too_long",
    "string astral": "v:too_long",
    "string null": "v:null",
    "string missing": "v:missing",
    "string number": "v:type",
    "string list": "v:type v:too_short",
    "string object": "v:type",
    "string boolean": "v:type",
    "string pattern": "v:other",
    "string length and pattern": "v:too_short",
    "string pattern and max": "v:too_long",
    "boolean text": "v:type",
    "boolean null": "v:null",
    "array empty": "v:too_short",
    "array long": "v:too_long",
    "array item": "v.0:type",
    "array item and length": "v.1:type v:too_long",
    "array text": "v:type",
    "array object": "v:type",
    "array null": "v:null",
    "array missing": "v:missing",
    "object null": "v:null",
    "object list": "v:type",
    "object text": "v:type",
    "object missing": "v:missing",
    "object inner missing": "v.a:missing",
    "object inner wrong": "v.a:type",
    "closed one": "v.w:unknown_key",
    "closed two": "v.w:unknown_key v.b:unknown_key",
    "closed wrong and unknown": "v.a:type v.zz:unknown_key",
    "closed root": "a:missing watermark:unknown_key",
    "closed root two": "b:unknown_key c:unknown_key",
    "union number": "v:type",
    "union missing": "v:missing",
    "union null": "v:null",
    "union one branch too long": "v:too_long",
    "union empty list": "v:too_short",
    "union item wrong": "v.0.uri:type v.0.position:missing",
    "union object": "v:type",
    "number or word number out of range": "v:minimum",
    "number or word text": "v:enum",
    "number or word null": "v:null",
    "number or word fraction": "v:union",
    "nested union no branch": "v:other",
    "nested union missing": "v:missing",
    "nested union item": "v.0:type",
    "tagged no word": "v.type:missing",
    "tagged unknown word": "v.type:enum",
    "tagged branch missing": "v.id:missing",
    "tagged branch wrong": "v.presetId:enum",
    "tagged null": "v:null",
    "tagged text": "v:type",
    "tagged missing": "v:missing",
    "record": "v.a:type",
    "order": "ratio:missing duration:type seed:null extra:unknown_key",
    "body list": "-:type",
    "body null": "-:null",
    "body text": "-:type",
}


def test_every_case_of_zod_is_read() -> None:
    found = {}
    for case in CASES:
        body = case["body"] if isinstance(case["body"], dict) else {}
        refusal = read(400, {"error": "Validation of body failed", "issues": case["issues"]}, None, payload=body)
        found[case["name"]] = " ".join(f"{issue.field or '-'}:{issue.kind}" for issue in refusal.issues)

    assert found == READ


def test_bounds_and_lists_are_those_that_zod_states() -> None:
    for case in CASES:
        body = case["body"] if isinstance(case["body"], dict) else {}
        refusal = read(400, {"issues": case["issues"]}, None, payload=body)
        for stated in case["issues"]:
            place = ".".join(map(str, stated["path"]))
            said = [issue for issue in refusal.issues if issue.field == place]
            for name, narrowest in (("minimum", max), ("maximum", min)):
                if name in stated and said:
                    bounds = [other[name] for other in case["issues"] if name in other]
                    assert narrowest(bounds) in [getattr(issue, name) for issue in said], case["name"]
                    assert (stated.get("inclusive") is False) == any(issue.exclusive for issue in said), case["name"]
            if "values" in stated and said:
                assert tuple(stated["values"]) in [issue.allowed for issue in said], case["name"]
