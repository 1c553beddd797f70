"""Pure expansion of what authors write into what must exist. No call to AWS is made here.

Import from the modules: each function of the provider loads what its own resource needs, since every cold
start counts.
"""
