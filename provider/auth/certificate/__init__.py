"""A client certificate: bytes in; key, chain and findings out. Nothing here reads a file or a clock, or knows Entra.

`loading.py` is the way in. What a file may be is read in `pkcs12.py` and `pem.py`; which key and certificate belong
together is decided in `contents.py`, the chain in `chain.py`; what a wrong file is instead is told in `file_kinds.py`.
"""

from provider.auth.certificate.loading import ClientCertificate, decode_inline, load
from provider.auth.certificate.problem import CertificateError, Finding, Input

__all__ = ["CertificateError", "ClientCertificate", "Finding", "Input", "decode_inline", "load"]
