from pathlib import Path

import pytest

from harness.cli.language import language


@pytest.mark.parametrize(
    ("argv", "env", "settings", "spoken"),
    [
        ([], {}, "", "en"),
        (["--lang", "ru"], {}, "", "ru"),
        (["validate", "--lang=ru", "x.yaml"], {}, "", "ru"),
        (["--lang", "ru", "--lang", "en"], {}, "", "en"),
        (["--lang=ru", "--lang", "en"], {}, "", "en"),
        (["--language", "ru"], {}, "", "en"),
        (["--lang", "de"], {"HARNESS_LANG": "ru"}, "", "en"),
        (["--lang"], {"HARNESS_LANG": "ru"}, "", "ru"),
        (["--", "--lang", "ru"], {}, "", "en"),
        ([], {"HARNESS_LANG": "ru"}, 'lang = "en"', "ru"),
        ([], {}, 'lang = "ru"', "ru"),
        ([], {}, "lang = 3", "en"),
        ([], {}, "lang =", "en"),
    ],
)
def test_the_language_is_known_before_the_options_are_read(
    tmp_path: Path, argv: list[str], env: dict[str, str], settings: str, spoken: str
) -> None:
    (tmp_path / "pyproject.toml").write_text(f"[tool.harness]\n{settings}\n")

    assert language(argv, env, tmp_path) == spoken
