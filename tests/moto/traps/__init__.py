"""Accounts in which rules must fire on one resource and not on another that is nearly the same."""
