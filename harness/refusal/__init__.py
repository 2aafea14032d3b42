"""Refusals: reading any error body (`messages`), what it means (`causes`, `codes`), what to send instead (`proposals`).

Everything here is pure: an answer in, records out. The modules are imported one by one: `harness explain` needs no
reader.
"""
