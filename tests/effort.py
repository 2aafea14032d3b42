"""How much a test tries, by the profile of hypothesis that it runs under: quick, project or thorough."""

from hypothesis import settings


def examples(count: int) -> int:
    """How many examples a test tries that tries `count` where it is thorough, and others there a hundred.

    >>> examples(200) == 2 * settings().max_examples
    True
    """
    return max(5, count * settings().max_examples // 100)
