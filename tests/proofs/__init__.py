"""The proofs that the provider survives every fault; docs/proofs.md says what they show and what they do
not.
"""
