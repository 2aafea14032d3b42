"""The judge: outcomes in, verdicts and findings out. Pure; looks at no file and sends nothing."""

from harness.judge.oracle import judge, systemic

__all__ = ["judge", "systemic"]
