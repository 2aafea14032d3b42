"""Scenario files: their format, and how they are read."""

from harness.scenario.files import find
from harness.scenario.load import load
from harness.scenario.records import Budget, Declared, Factor, LoadSettings, MatrixSpec, Scenario

__all__ = ["Budget", "Declared", "Factor", "LoadSettings", "MatrixSpec", "Scenario", "find", "load"]
