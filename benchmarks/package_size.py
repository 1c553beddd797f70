"""What is uploaded: all functions and the layer, zipped."""

import io
import zipfile
from pathlib import Path


def measure(built: Path) -> int:
    """Bytes of everything that `sam build` made, each part zipped as `sam deploy` does."""
    return sum(_zipped(part) for part in built.iterdir() if part.is_dir())


def _zipped(folder: Path) -> int:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for path in sorted(folder.rglob("*")):
            file.write(path, path.relative_to(folder))
    return len(archive.getvalue())
