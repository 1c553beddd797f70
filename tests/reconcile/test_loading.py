"""The function for vaults starts without what plans and selections need: that is part of every cold start."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

LAYER = Path(__file__).parents[2] / "layers" / "cfn_backup"
SERVES = (
    "import cfn_backup.reconcile.vault, cfn_backup.reconcile.intention, cfn_backup.rules.walk; "
    "from cfn_backup.rules.properties import OF_VAULTS, load; load(*OF_VAULTS)"
)
OF_OTHERS = {f"cfn_backup.{room}.{part}" for room in ("written", "desired") for part in ("plan", "selection")}


def test_a_function_for_vaults_loads_nothing_of_plans_and_selections() -> None:
    code = f"import sys; sys.path.insert(0, {str(LAYER)!r}); {SERVES}; print(*sys.modules, sep='\\n')"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert "cfn_backup.desired.vault" in loaded.split()
    assert OF_OTHERS & set(loaded.split()) == set()
