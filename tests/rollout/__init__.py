"""The rollout over an organisation, against a CloudFormation that records what it was asked."""
