"""PICT model files: read and written."""

from harness.matrix.pict.read import parse, read
from harness.matrix.pict.records import Parameter, PictModel, Rule, Value
from harness.matrix.pict.write import write

__all__ = ["Parameter", "PictModel", "Rule", "Value", "parse", "read", "write"]
