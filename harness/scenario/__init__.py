"""Scenario files: their format, and how they are read."""

from harness.scenario.files import find
from harness.scenario.load import load
from harness.scenario.reading import MAX_VARIANTS
from harness.scenario.records import (
    Budget,
    Combination,
    Declared,
    Factor,
    InvalidLevel,
    LoadSettings,
    MatrixSpec,
    Scenario,
)

__all__ = [
    "MAX_VARIANTS",
    "Budget",
    "Combination",
    "Declared",
    "Factor",
    "InvalidLevel",
    "LoadSettings",
    "MatrixSpec",
    "Scenario",
    "find",
    "load",
]
