"""A mock of a provider, driven by its contract and profile: an ASGI app that anyone can develop and test against."""

from harness.mock.app import MockApp, create_app

__all__ = ["MockApp", "create_app"]
