"""PICT model files: read and written."""

from harness.matrix.pict.read import parse, read
from harness.matrix.pict.records import Parameter, PictModel, Rule, Value

__all__ = ["Parameter", "PictModel", "Rule", "Value", "parse", "read"]
