"""Certificates of a test: an authority, and what it signs for engines and for those who may speak to them."""

import shutil
import subprocess
from pathlib import Path

_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]


class Authority:
    """Signs certificates; each lies in a folder of its own with `ca.pem`, `cert.pem` and `key.pem`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True)
        _openssl(folder, "req", "-x509", *_KEY, "-keyout", "key.pem", "-out", "ca.pem", "-subj", "/CN=ca")

    def server(self, folder: Path, address: str) -> Path:
        """For the engine at this IP address."""
        return self._sign(folder, f"subjectAltName=IP:{address}\nextendedKeyUsage=serverAuth\n")

    def client(self, folder: Path, *, days: int = 2) -> Path:
        """For workers and keepers; one of no days is over already."""
        return self._sign(folder, "extendedKeyUsage=clientAuth\n", days)

    def _sign(self, folder: Path, extensions: str, days: int = 2) -> Path:
        folder.mkdir(parents=True)
        (folder / "extensions").write_text(extensions)
        _openssl(folder, "req", *_KEY, "-keyout", "key.pem", "-out", "request", "-subj", f"/CN={folder.name}")
        by = ["-CA", str(self._folder / "ca.pem"), "-CAkey", str(self._folder / "key.pem"), "-CAcreateserial"]
        how = ["-days", str(days), "-extfile", "extensions", "-out", "cert.pem"]
        _openssl(folder, "x509", "-req", "-in", "request", *by, *how)
        shutil.copy(self._folder / "ca.pem", folder)
        return folder


def _openssl(folder: Path, *arguments: str) -> None:
    program = shutil.which("openssl")
    assert program, "openssl is not installed"
    subprocess.run([program, *arguments], cwd=folder, check=True, capture_output=True)
