"""Every rule beside its text, and what runs them.

A rule is one decorated function (``registry``), which looks at one kind of subject (``subjects``); ``driver`` runs
it once for every combination of the conditions that it asks about. The same rules serve a deployment, where every
value is known, and the author's tools, where a template leaves values undecided.

``read_plan``, ``read_vault`` and ``read_selection`` read the properties of a custom resource and check them by every
rule that can be decided without asking AWS. They collect; the caller decides what an error means
(``findings.raise_errors()``).
"""

from __future__ import annotations

from cfn_backup.rules.properties import read_plan, read_region_settings, read_selection, read_vault

__all__ = ["read_plan", "read_region_settings", "read_selection", "read_vault"]
