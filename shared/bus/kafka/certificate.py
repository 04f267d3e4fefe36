"""A certificate of a broker that signs itself (自签名证书), where no authority of the city's own gives one.

`FOLDER/server/server.pem`, key and certificate, is for the broker and its group alone; `FOLDER/public/ca.pem` is what
clients trust by TALENT_KAFKA_CA_FILE. X.509 (RFC 5280) on P-256.
"""

import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

LASTS = timedelta(days=3650)
A_DAY = timedelta(days=1)  # by which the clocks of broker and clients may differ


def make_certificate(folder: Path, hosts: Sequence[str]) -> None:
    """Write both files, for a broker that is reached by these names or addresses; a pair that is there stays."""
    secret, public = folder / "server" / "server.pem", folder / "public" / "ca.pem"
    if secret.exists():
        return
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _self_signed(key, hosts).public_bytes(Encoding.PEM)
    _write(public, certificate, 0o644)  # first: with the other one both are there
    _write(secret, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + certificate, 0o640)


def _self_signed(key: ec.EllipticCurvePrivateKey, hosts: Sequence[str]) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "talent bus")])
    at = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(at - A_DAY).not_valid_after(at + LASTS)
    builder = builder.add_extension(x509.SubjectAlternativeName([_named(host) for host in hosts]), critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    return builder.sign(key, SHA256())


def _named(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _write(path: Path, content: bytes, mode: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    new.chmod(mode)
    new.replace(path)
