"""The one place for Pillow and av: make a picture fit, make a small file, measure a file that came.

Both libraries are imported inside the functions that need them. Without av (the `media` extra) pictures and WAV
sounds work; clips are neither made nor measured.
"""

from harness.media.anatomy import sniff
from harness.media.common import MediaError, has_av
from harness.media.fingerprint import fingerprint
from harness.media.fit import Prepared, fit_image
from harness.media.make import make_audio, make_image, make_video
from harness.media.measure import NOT_INSPECTED, Measured, probe, probe_bytes

__all__ = [
    "NOT_INSPECTED",
    "Measured",
    "MediaError",
    "Prepared",
    "fingerprint",
    "fit_image",
    "has_av",
    "make_audio",
    "make_image",
    "make_video",
    "probe",
    "probe_bytes",
    "sniff",
]
