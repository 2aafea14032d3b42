"""Scenarios → variants with ids."""

from harness.matrix.expand import expand, expand_all, stream

__all__ = ["expand", "expand_all", "stream"]
