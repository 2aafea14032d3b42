"""Diagnosis: which levels made the API refuse. Pure: evidence in, the next probe or the verdict out."""

from harness.diagnose.evidence import Evidence, History, Said, Space
from harness.diagnose.localise import Localiser
from harness.diagnose.purse import Purse
from harness.diagnose.records import Cause, Probe, Verdict

__all__ = ["Cause", "Evidence", "History", "Localiser", "Probe", "Purse", "Said", "Space", "Verdict"]
