"""A small disk of its own that a test can fill to the last byte."""

import subprocess
from contextlib import suppress
from pathlib import Path


class Disk:
    """A disk in memory. Only root may mount one, or who a container lets act as root."""

    def __init__(self, folder: Path, mebibytes: int) -> None:
        """Raises PermissionError where this user may mount no disk."""
        self.folder = folder
        folder.mkdir()
        options = f"size={mebibytes}m,mode=755"
        mount = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
        if subprocess.run(mount, capture_output=True, check=False).returncode:
            raise PermissionError("this user may mount no disk")
        self.ballast = folder / "ballast"

    def fill(self) -> None:
        with self.ballast.open("ab", buffering=0) as file, suppress(OSError):
            while True:
                file.write(bytes(4096))

    def free(self) -> None:
        self.ballast.unlink()

    def close(self) -> None:
        subprocess.run(["umount", "--lazy", str(self.folder)], check=True)
