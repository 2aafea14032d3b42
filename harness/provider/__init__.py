"""What is known of a provider: its profile (routes, words, prices) and its contract (what it promises to accept)."""

from harness.provider.contract import Between, Contract
from harness.provider.load import NONE, NoProviderError, Provider, load, shipped
from harness.provider.profile import Profile, is_address, number, pick
from harness.provider.records import ABSENT, Deprecation, Endpoint, FieldRule, Issue, IssueKind

__all__ = [
    "ABSENT",
    "NONE",
    "Between",
    "Contract",
    "Deprecation",
    "Endpoint",
    "FieldRule",
    "Issue",
    "IssueKind",
    "NoProviderError",
    "Profile",
    "Provider",
    "is_address",
    "load",
    "number",
    "pick",
    "shipped",
]
