"""A throw-away certificate authority, and the certificate by which APNs shows itself."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from devstack import ports, stack_file

HOSTS = ("localhost",)
LIFETIME = timedelta(days=825)
# Made anew before it ends while a stack runs.
RESERVE = timedelta(days=30)


@dataclass(frozen=True)
class Authority:
    """The files of a folder: the authority's certificate, and the server's with its key."""

    ca_file: Path
    server_file: Path

    def context(self) -> ssl.SSLContext:
        """Return what a TLS server for HTTP/2 needs."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.set_alpn_protocols(["h2"])
        context.load_cert_chain(self.server_file)
        return context


def authority_in(folder: Path) -> Authority:
    """Return the authority of a folder, made if there is none that still holds."""
    authority = Authority(folder / "ca.pem", folder / "server.pem")
    if not _still_holds(authority):
        _make(authority)
    return authority


def _still_holds(authority: Authority) -> bool:
    try:
        authority.server_file.read_bytes()
        certificate = x509.load_pem_x509_certificate(authority.ca_file.read_bytes())
    except (OSError, ValueError):
        return False
    return certificate.not_valid_after_utc > datetime.now(UTC) + RESERVE


def _make(authority: Authority) -> None:
    ca_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    ca_name = _name("Mainstay's own push authority")
    ca = (
        _certificate(ca_name, ca_name, ca_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(ca_key, hashes.SHA256())
    )
    names = [
        *(x509.DNSName(host) for host in HOSTS),
        x509.IPAddress(ip_address(ports.LOOPBACK)),
    ]
    server = (
        _certificate(_name("localhost"), ca_name, key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False
        )
        .sign(ca_key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    pem = serialization.Encoding.PEM
    stack_file.write_private(
        authority.server_file, (private + server.public_bytes(pem)).decode("ascii")
    )
    authority.ca_file.write_bytes(ca.public_bytes(pem))


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + LIFETIME)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
