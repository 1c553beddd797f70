"""Compile `requirements/*.in` into lock files with the hash of every file: `make lock`."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
UV = HERE.parent / ".tools" / "uv" / "bin" / "uv"
# lock file → the oldest Python that installs it, and what else it must agree with. The order matters:
# the layer carries what the tests ran with.
LOCKS = {
    "bootstrap": ("3.11", []),
    "dev": ("3.13", []),
    "runtime": ("3.13", ["--constraints", "requirements/dev.lock"]),
    "local-aws": ("3.13", []),
    "scan": ("3.13", []),
    "parity": ("3.13", []),
    "docs": ("3.13", []),
}


def main() -> int:
    """Compile all of them, in order."""
    for name, (python, further) in LOCKS.items():
        files = [f"requirements/{name}.in", "--output-file", f"requirements/{name}.lock"]
        options = ["--upgrade", "--universal", "--generate-hashes", "--python-version", python, "--quiet"]
        answer = subprocess.run(
            [str(UV), "pip", "compile", *files, *options, *further], cwd=HERE.parent, check=False
        )
        if answer.returncode:
            return answer.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
