"""The speed goals. Ratios are of medians within one run; the figures and the machine stand in README.md beside this."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest

Rounds: TypeAlias = Callable[..., list[Any]]
Harness: TypeAlias = Callable[..., list[str]]

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
STORY = str(ROOT / "scenarios" / "runway" / "image_to_video.yaml")
SIX = "not (aspect or null or hyphen or missing)"
BARE = [sys.executable, "-c", "pass"]


def scenario(folder: Path, rows: int, *, image: Path | None = None) -> Path:
    """A scenario of 10, 100, … variants at the bench's provider, from factors of ten levels; with one image in all."""
    shutil.copy(HERE / "profile.yaml", folder)
    picture = ""
    if image is not None:
        (folder / "pyproject.toml").touch()
        picture = f", image: {{$file: {image.name}}}"
    digits = list(map(str, range(10)))
    factors = "".join(f"    digit{place}: [{', '.join(digits)}]\n" for place in range(len(str(rows)) - 1))
    file = folder / f"rows{rows}.yaml"
    file.write_text(
        f"name: bench\nprovider: ./profile.yaml\nendpoint: make\n"
        f"baseline: {{model: fast, promptText: A friendly wave at the camera{picture}}}\n"
        f"matrix:\n  strength: all\n  factors:\n{factors}",
        encoding="utf-8",
    )
    return file


def listed(folder: Path, rows: int) -> Path:
    """The same as a YAML list of variants, about 260 bytes each."""
    shutil.copy(HERE / "profile.yaml", folder)
    file = folder / f"list{rows}.yaml"
    row = (
        "  - name: row {0}\n    set:\n      promptImage: https://example.com/image-{0}.jpg\n"
        "      promptText: A friendly wave at the camera number {0}\n      ratio: 720:1280\n      duration: {1}\n"
        "      seed: {0}\n    tags: [smoke, ci]\n    expect: works\n"
    )
    body = "".join(row.format(number, number % 9 + 2) for number in range(rows))
    file.write_text(
        f"name: bench\nprovider: ./profile.yaml\nendpoint: make\nbaseline: {{model: fast}}\nvariants:\n{body}",
        encoding="utf-8",
    )
    return file


@pytest.fixture
def tell() -> Iterator[Callable[[str], None]]:
    lines: list[str] = []
    yield lines.append
    print()
    for line in lines:
        print(f"  {line}")


def test_start_up(rounds: Rounds, harness: Harness, tell: Callable[[str], None]) -> None:
    bare, helped, six, six_av = rounds(
        [BARE, harness("--help"), harness(STORY, "-k", SIX, av=False), harness(STORY, "-k", SIX)], 9
    )
    tell(f"bare Python {bare.cpu_s * 1000:.0f} ms CPU, --help {helped.cpu_s * 1000:.0f} ms")
    tell(f"the six variants: {six.cpu_s:.2f} s CPU without av, {six_av.cpu_s:.2f} s with av")
    assert helped.cpu_s <= 0.080
    assert six.cpu_s <= 0.5


def test_validate_imports_no_http_client() -> None:
    code = (
        "import sys; from harness.cli import main; code = main(['validate', sys.argv[1], '-q']); "
        "print([name for name in ('httpx', 'aiohttp', 'av', 'tabulate', 'rich') if name in sys.modules]); "
        "sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", code, STORY], capture_output=True, text=True, cwd=ROOT, check=False)
    assert (done.returncode, done.stdout) == (0, "[]\n"), done.stderr


def test_instant_variants_against_a_bare_script(
    rounds: Rounds,
    times_longer: Callable[..., Any],
    harness: Harness,
    bench_server: str,
    tmp_path: Path,
    tell: Callable[[str], None],
) -> None:
    file = str(scenario(tmp_path, 1000))

    def ours(jobs: int) -> list[str]:
        return harness(file, "--base-url", bench_server, "-j", str(jobs), "--until", "finished", "-q")

    bare = [sys.executable, str(HERE / "bare.py"), bench_server, "1000", "32"]
    ratio, at_32, script = times_longer(ours(32), bare, 11)
    at_8, at_128 = rounds([ours(8), ours(128)], 5)
    growth = at_128.wall_s / at_8.wall_s
    tell(f"1,000 instant variants @32, wall: bare script {script.wall_s:.2f} s, harness {at_32.wall_s:.2f} s")
    tell(f"  pair by pair {ratio:.2f} times; CPU {script.cpu_s:.2f} s and {at_32.cpu_s:.2f} s")
    tell(f"  harness @8 {at_8.wall_s:.2f} s, @128 {at_128.wall_s:.2f} s: {growth:.2f} times")
    assert growth <= 1.3
    assert ratio <= 1.3


@pytest.mark.parametrize("bench_server", [2], indirect=True)
def test_waiting_variants_against_a_bare_script(
    rounds: Rounds, harness: Harness, bench_server: str, tmp_path: Path, tell: Callable[[str], None]
) -> None:
    file = str(scenario(tmp_path, 1000))
    bare = [sys.executable, str(HERE / "bare.py"), bench_server, "1000", "1000", "0.25"]
    ours = harness(
        *(file, "--base-url", bench_server, "-j", "1000", "--poll-interval", "250ms", "--until", "finished", "-q")
    )
    script, many = rounds([bare, ours], 3)
    events = [json.loads(line) for line in (tmp_path / "reports/latest/events.jsonl").read_text().splitlines()]
    polls = [event["outcome"]["polls"] for event in events if event["event"] == "outcome"]
    tell(f"1,000 variants of 2 s @1000, wall: bare script {script.wall_s:.2f} s, harness {many.wall_s:.2f} s")
    tell(
        f"  CPU {script.cpu_s:.2f} s and {many.cpu_s:.2f} s; polls a task {sum(polls) / 1000:.2f}, at most {max(polls)}"
    )
    assert len(polls) == 1000
    assert many.wall_s <= 1.3 * script.wall_s
    assert many.wall_s <= 2.25 * 2


@pytest.mark.parametrize("bench_server", [2], indirect=True)
def test_polls_once_the_usual_duration_is_known(
    harness: Harness, bench_server: str, tmp_path: Path, tell: Callable[[str], None]
) -> None:
    words = ("--base-url", bench_server, "-j", "50", "--poll-interval", "250ms", "--until", "finished", "-q")
    subprocess.run(harness(str(scenario(tmp_path, 100)), *words), cwd=tmp_path, check=True, capture_output=True)
    events = [json.loads(line) for line in (tmp_path / "reports/latest/events.jsonl").read_text().splitlines()]
    polls = [event["outcome"]["polls"] for event in events if event["event"] == "outcome"]
    tell(f"100 variants of 2 s @50: polls of the first 50 {max(polls[:50])}, of the others at most {max(polls[50:])}")
    assert max(polls[50:]) <= 3


def test_memory_of_a_variant(
    rounds: Rounds, harness: Harness, bench_server: str, tmp_path: Path, tell: Callable[[str], None]
) -> None:
    def ours(rows: int) -> list[str]:
        return harness(
            str(scenario(tmp_path, rows)), "--base-url", bench_server, "-j", "32", "--until", "finished", "-q"
        )

    few, many = rounds([ours(1000), ours(10_000)], 1)
    each_kb = (many.peak_mb - few.peak_mb) * 1024 / 9000
    tell(f"memory: {few.peak_mb:.0f} MB for 1,000 variants, {many.peak_mb:.0f} MB for 10,000: {each_kb:.1f} KB each")
    tell(f"  10,000 @32: {many.wall_s:.1f} s, {10_000 / many.wall_s:.0f} a second, {many.cpu_s / 10:.2f} ms CPU each")
    assert each_kb <= 6


def test_memory_of_a_shared_image(
    rounds: Rounds, harness: Harness, bench_server: str, tmp_path: Path, tell: Callable[[str], None]
) -> None:
    image = tmp_path / "one.jpg"
    image.write_bytes(bytes(range(256)) * 4096)
    with_image, without = tmp_path / "with", tmp_path / "without"
    with_image.mkdir()
    without.mkdir()
    shutil.copy(image, with_image)

    def ours(file: Path) -> list[str]:
        return harness(str(file), "--base-url", bench_server, "-j", "32", "--until", "finished", "-q")

    commands = [ours(scenario(without, 10_000)), ours(scenario(with_image, 10_000, image=image))]
    plain, shared = rounds(commands, 1)
    tell(f"10,000 variants sharing a 1 MB image: {shared.peak_mb - plain.peak_mb:+.0f} MB")
    assert shared.peak_mb - plain.peak_mb <= 40


def test_loading_ten_thousand(rounds: Rounds, harness: Harness, tmp_path: Path, tell: Callable[[str], None]) -> None:
    one, factors, rows = rounds(
        [
            harness("validate", "-q", str(scenario(tmp_path, 10))),
            harness("validate", "-q", str(scenario(tmp_path, 10_000))),
            harness("validate", "-q", str(listed(tmp_path, 10_000))),
        ],
        5,
    )
    from_factors_s = factors.cpu_s - one.cpu_s
    tell(f"load and validate 10,000 variants: from a YAML list {rows.cpu_s:.2f} s CPU, the whole process")
    tell(f"  from factors {from_factors_s:.2f} s more than ten variants take")
    assert rows.cpu_s <= 2.4
    assert from_factors_s <= 0.15
