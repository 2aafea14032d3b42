"""The code of the program as its tests read it."""

import ast
from collections.abc import Iterator


def literals(node: ast.expr | None) -> Iterator[str]:
    """The texts that a message is made of, as far as they stand in it: not those that a call makes."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "\0" for part in node.values)
    elif isinstance(node, ast.IfExp):
        yield from (*literals(node.body), *literals(node.orelse))
    elif isinstance(node, ast.BinOp):
        yield from (*literals(node.left), *literals(node.right))
    elif isinstance(node, ast.BoolOp):
        yield from (text for value in node.values for text in literals(value))
    elif isinstance(node, ast.GeneratorExp):
        yield from literals(node.elt)
    elif isinstance(node, ast.Tuple | ast.List):
        yield from (text for value in node.elts for text in literals(value))
