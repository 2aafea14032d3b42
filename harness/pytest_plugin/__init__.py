"""Scenario files as pytest tests: one item a variant, all of a session's items one run. Public pytest API only.

Registered as the entry point `harness`; `-p harness.pytest_plugin` does the same where entry points are switched off.
Until a scenario file is collected nothing of the harness is imported: this module costs other test suites next to
nothing. `options`: what can be asked for; `items`: files and variants; `running`: the run behind the items; `telling`:
what is said of them. Under pytest-xdist: `workers` (who they are), `scheduling` (who runs what), `sharing` (the deal of
variants and budget), `gathering` (the merge).
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from harness.pytest_plugin.options import OPTIONS
from harness.pytest_plugin.stashed import CREW, RUN, WRONG

if TYPE_CHECKING:
    from harness.pytest_plugin.scheduling import Scheduling, Worker

#: This plugin's names: as an entry point, and for `-p`.
_NAMES: Final = ("harness", "harness.pytest_plugin")
_SUFFIXES: Final = frozenset({".yaml", ".yml"})
#: What `harness run` passes over in folders too.
_NO_SCENARIOS: Final = frozenset({"profile.yaml", "profile.yml"})
_FOLDER: Final = "scenarios"
_ASSETS: Final = "assets"


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Adds the options; whoever names the plugin a second time, by its other name, gets it once."""
    for name in _NAMES:
        if not pluginmanager.has_plugin(name):
            pluginmanager.set_blocked(name)
    group = parser.getgroup("harness", "payload variants of scenario files (param-harness)")
    for option in OPTIONS:
        if option.metavar:
            action = "append" if option.repeat else "store"
            group.addoption(option.flag, dest=option.dest, action=action, metavar=option.metavar, help=option.help)
        else:
            group.addoption(option.flag, dest=option.dest, action="store_const", const=True, help=option.help)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A scenario file: one that is named, or one under a folder `scenarios/`."""
    if not _is_scenario(file_path, parent):
        return None
    from harness.pytest_plugin.items import ScenarioFile

    made: pytest.Collector = ScenarioFile.from_parent(parent, path=file_path)
    return made


def _is_scenario(file: Path, parent: pytest.Collector) -> bool:
    suffix = file.suffix.lower()
    if suffix not in _SUFFIXES:
        return False
    if parent.session.isinitpath(file):
        return True
    root = parent.config.rootpath
    folders = (root.name, *file.relative_to(root).parts[:-1]) if file.is_relative_to(root) else file.parts[:-1]
    if _FOLDER not in folders or file.name in _NO_SCENARIOS:
        return False
    inside = folders[folders.index(_FOLDER) + 1 :]
    return _ASSETS not in inside and not any(name.startswith(".") for name in (*inside, file.name))


@pytest.hookimpl(tryfirst=True)  # the terminal then has a line about it to show
def pytest_collection_finish(session: pytest.Session) -> None:
    """Plans the run of what is selected, so that a mistake ends the session before anything is sent."""
    if (wrong := session.config.stash.get(WRONG, None)) is not None:
        raise pytest.UsageError(wrong)
    if _has_scenarios(session) and not session.config.getoption("collectonly") and not _is_worker(session.config):
        from harness.pytest_plugin.running import plan

        plan(session)


def pytest_report_collectionfinish(config: pytest.Config) -> list[str]:
    """What the run will do, and cost."""
    run = config.stash.get(RUN, None)
    return [] if run is None else [run.in_short]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What is wrong with a variant is told in words, in whichever phase it was found, at its own place."""
    report = yield
    if call.excinfo is not None and _is_variant(item):
        from harness.pytest_plugin.items import reworded

        reworded(item, report, call.excinfo.value)
    return report


def pytest_report_teststatus(report: pytest.CollectReport | pytest.TestReport) -> tuple[str, str, str] | None:
    """A variant about which nobody can tell is an error, and is called what it is."""
    told = dict(getattr(report, "user_properties", ()))
    if report.when == "setup" and report.failed and told.get("verdict") == "inconclusive":
        return "error", "?", "INCONCLUSIVE"
    return None


# The innermost wrapper: xdist has ended its workers by then, and the terminal has not summed up yet.
@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> Generator[None, None, None]:
    """Ends the run, and under xdist puts the parts of its workers together."""
    run, crew = session.config.stash.get(RUN, None), session.config.stash.get(CREW, None)
    interrupted = exitstatus == pytest.ExitCode.INTERRUPTED
    if crew is not None and interrupted:
        crew.wait_for_shards()
    yield
    if run is not None:
        run.end(session, interrupted=interrupted)
        if _is_worker(session.config):
            from harness.pytest_plugin.workers import hand_over

            hand_over(session.config, run)
    if crew is not None:
        crew.end(session)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """The causes, the credits and where the reports are."""
    done = config.stash.get(CREW, None) or config.stash.get(RUN, None)
    if done is not None and (text := done.summary(terminalreporter)):
        terminalreporter.section("harness", sep="-")
        terminalreporter.write(text)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Worker) -> None:
    """Tells a worker of xdist which part is its own."""
    from harness.pytest_plugin.workers import crew_of

    crew_of(node.config).instruct(node)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Worker, error: object | None) -> None:
    """Takes what a worker of xdist has brought, or notes that it died."""
    from harness.pytest_plugin.workers import crew_of

    crew_of(node.config).take(node, error)


@pytest.hookimpl(optionalhook=True, wrapper=True)
def pytest_xdist_make_scheduler(config: pytest.Config) -> Generator[None, Scheduling | None, Scheduling | None]:
    """The scheduler that was asked for gets what is no variant; variants go to the worker that fires them."""
    asked = yield
    if asked is None:
        return None
    from harness.pytest_plugin.scheduling import Shares
    from harness.pytest_plugin.workers import crew_of

    return Shares(asked, crew_of(config))


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


def _has_scenarios(session: pytest.Session) -> bool:
    return any(map(_is_variant, session.items))


def _is_variant(item: pytest.Item) -> bool:
    if item.path.suffix.lower() not in _SUFFIXES:
        return False
    from harness.pytest_plugin.items import VariantItem

    return isinstance(item, VariantItem)
