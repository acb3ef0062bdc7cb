"""A file that only a passphrase opens: scrypt, and AES-256-GCM in chunks that cannot be cut, moved or swapped.

Layout: a header (magic, cost of scrypt, salt, nonce prefix, check of the passphrase), then chunks of 64 KiB with a tag
of 16 bytes each. The nonce of a chunk is the prefix, its number, and whether it is the last; the header is
authenticated with every chunk. So a changed, missing, added or moved chunk is noticed, and so is a file cut short.

Source: the STREAM construction (Hoang, Reyhanitabar, Rogaway and Vizár 2015); scrypt, RFC 7914.
"""

from __future__ import annotations

import hmac
import io
import os
import struct
from typing import IO, Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

MAGIC: Final = b"EGENMAKT-BACKUP-ENCRYPTED-1\n"
CHUNK: Final = 1 << 16
TAG: Final = 16
SCRYPT_COST = 17
"""As a power of two: 2^17 blocks of 1 KiB, which is 128 MiB and some half a second for each try of a passphrase."""
SCRYPT_COST_MAX: Final = 20
PASSPHRASE_LENGTH_MIN: Final = 12

_HEADER: Final = struct.Struct(f">{len(MAGIC)}sB16s7s16s")


class CannotDecrypt(ValueError):
    """The passphrase is wrong, or the file was cut short or changed."""


class WeakPassphrase(ValueError):
    """The passphrase is too short to protect anything."""


def check_passphrase(passphrase: str) -> None:
    """Raises: WeakPassphrase."""
    if len(passphrase) < PASSPHRASE_LENGTH_MIN:
        raise WeakPassphrase(
            f"The passphrase has {len(passphrase)} characters; use at least {PASSPHRASE_LENGTH_MIN}: five words, say."
        )


def _keys(passphrase: str, salt: bytes, cost: int) -> tuple[AESGCM, bytes]:
    """The key of the file, and what tells a wrong passphrase from a damaged file."""
    secret = Scrypt(salt=salt, length=32, n=1 << cost, r=8, p=1).derive(passphrase.encode())
    key, check = (
        HKDFExpand(algorithm=SHA256(), length=length, info=info).derive(secret)
        for length, info in ((32, b"egenmakt backup key"), (16, b"egenmakt backup check"))
    )
    return AESGCM(key), check


def _nonce(prefix: bytes, number: int, is_last: bool) -> bytes:
    return prefix + struct.pack(">IB", number, is_last)


def is_encrypted(file: IO[bytes]) -> bool:
    """Whether a file begins like an encrypted backup. The file is wound back to its start."""
    file.seek(0)
    begins = file.read(len(MAGIC))
    file.seek(0)
    return begins == MAGIC


class EncryptingWriter(io.RawIOBase):
    """Writes encrypted chunks to a file as bytes come in. `finish` writes the last, without which it is not whole."""

    def __init__(self, into: IO[bytes], passphrase: str) -> None:
        check_passphrase(passphrase)
        salt, self._prefix = os.urandom(16), os.urandom(7)
        self._aead, check = _keys(passphrase, salt, SCRYPT_COST)
        self._header = _HEADER.pack(MAGIC, SCRYPT_COST, salt, self._prefix, check)
        self._into, self._waiting, self._number = into, bytearray(), 0
        into.write(self._header)

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._waiting += data
        # one byte more than a chunk: the last chunk must be known to be the last
        while len(self._waiting) > CHUNK:
            self._seal(bytes(self._waiting[:CHUNK]), is_last=False)
            del self._waiting[:CHUNK]
        return len(data)

    def finish(self) -> None:
        """Write what is left as the last chunk."""
        self._seal(bytes(self._waiting), is_last=True)
        self._waiting.clear()

    def _seal(self, chunk: bytes, *, is_last: bool) -> None:
        nonce = _nonce(self._prefix, self._number, is_last)
        self._into.write(self._aead.encrypt(nonce, chunk, self._header))
        self._number += 1


class DecryptingReader(io.RawIOBase):
    """Reads an encrypted file from any place in it, so that nothing decrypted ever lies on a disk.

    Raises: CannotDecrypt, when it is opened for a wrong passphrase or a file cut short; later for a changed chunk.
    """

    def __init__(self, file: IO[bytes], passphrase: str) -> None:
        file.seek(0)
        self._file, self._header = file, file.read(_HEADER.size)
        if len(self._header) < _HEADER.size:
            raise CannotDecrypt("The backup is cut short: even its header is not whole.")
        magic, cost, salt, self._prefix, check = _HEADER.unpack(self._header)
        if magic != MAGIC or not 1 <= cost <= SCRYPT_COST_MAX:
            raise CannotDecrypt("The file does not begin like an encrypted backup.")
        self._aead, expected = _keys(passphrase, salt, cost)
        if not hmac.compare_digest(check, expected):
            raise CannotDecrypt("The passphrase is wrong.")
        sealed = file.seek(0, os.SEEK_END) - _HEADER.size
        self._last = max(0, -(-sealed // (CHUNK + TAG)) - 1)
        self._number, self._chunk, self._position = -1, b"", 0
        self._load(self._last)  # a file that was cut at a chunk's border has no last chunk
        self._size = self._last * CHUNK + len(self._chunk)

    def _load(self, number: int) -> None:
        if number == self._number:
            return
        self._file.seek(_HEADER.size + number * (CHUNK + TAG))
        sealed = self._file.read(CHUNK + TAG)
        nonce = _nonce(self._prefix, number, number == self._last)
        try:
            self._chunk = self._aead.decrypt(nonce, sealed, self._header)
        except (InvalidTag, ValueError):
            raise CannotDecrypt("The backup was changed or cut short after it was made.") from None
        self._number = number

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._size}[whence]
        self._position = max(0, start + offset)
        return self._position

    def tell(self) -> int:
        return self._position

    def readinto(self, buffer: Any) -> int:
        if self._position >= self._size:
            return 0
        number, offset = divmod(self._position, CHUNK)
        self._load(number)
        part = self._chunk[offset : offset + len(buffer)]
        buffer[: len(part)] = part
        self._position += len(part)
        return len(part)
