"""``cfn-backup empty``: starts the emptying of vaults before their stack is deleted, watches it, or says what it
would do. It decides with the provider's own code."""
