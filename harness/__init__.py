"""Fires payload variants at a paid, slow, asynchronous media API and judges them."""
