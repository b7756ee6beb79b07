"""A real mailbox: Dovecot with IMAP over TLS, and with STARTTLS, on ports of its own."""

from __future__ import annotations

import getpass
import os
import re
import shutil
import signal
import ssl
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from imapclient import IMAPClient  # type: ignore[import-untyped]

from tests.servers.certificates import ServerCertificate, make_certificate
from tests.servers.ports import free_port, wait_until_open

USER, PASSWORD = "bounces", "mailbox-password-1"

_CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{chain}
ssl_key = <{key}
disable_plaintext_auth = no
mail_location = maildir:{folder}/mail/%u
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {login}
first_valid_uid = 0
first_valid_gid = 0
auth_mechanisms = plain login
auth_failure_delay = 0
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/home/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain_port}
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
namespace inbox {{
  inbox = yes
}}
"""


@dataclass(frozen=True)
class Mailbox:
    """The running server, and its one mailbox."""

    folder: Path
    port: int
    #: Where TLS begins with STARTTLS.
    plain_port: int
    certificate: ServerCertificate
    host: str = "localhost"
    user: str = USER
    password: str = PASSWORD

    def environment(self) -> dict[str, str]:
        """What the program must be told to read it."""
        return {
            "BOUNCE_IMAP_HOST": self.host,
            "BOUNCE_IMAP_PORT": str(self.port),
            "BOUNCE_IMAP_USER": self.user,
            "BOUNCE_IMAP_PASS": self.password,
            "BOUNCE_IMAP_CA_FILE": str(self.certificate.authority),
        }

    @contextmanager
    def opened(self, folder: str = "INBOX") -> Iterator[IMAPClient]:
        """Somebody else's look into it."""
        context = ssl.create_default_context(cafile=str(self.certificate.authority))
        client = IMAPClient(self.host, self.port, ssl=True, ssl_context=context)
        try:
            client.login(self.user, self.password)
            client.select_folder(folder)
            yield client
        finally:
            client.logout()

    def deliver(self, *messages: bytes) -> None:
        """Put messages into it."""
        with self.opened() as client:
            for message in messages:
                client.append("INBOX", message)

    def flags(self) -> dict[int, set[bytes]]:
        """The flags of each message, without the one that tells which connection saw it first."""
        with self.opened() as client:
            found = client.get_flags(client.search())
        return {uid: set(flags) - {b"\\Recent"} for uid, flags in found.items()}

    def make_anew(self) -> None:
        """The same messages in the reverse order, under another UIDVALIDITY: what a server's move or repair does."""
        with self.opened() as client:
            rows = client.fetch(client.search(), ["BODY.PEEK[]"])
            contents = [row[b"BODY[]"] for _, row in sorted(rows.items())]
        folder = self.folder / "mail" / self.user
        shutil.rmtree(folder)
        self.deliver(*reversed(contents))
        # It is made of the time, in whole seconds.
        uids = folder / "dovecot-uidlist"
        text = uids.read_text(encoding="ascii")
        uids.write_text(re.sub(r" V(\d+)", lambda found: f" V{int(found[1]) + 1000}", text, count=1), encoding="ascii")
        for path in folder.glob("dovecot.index*"):
            path.unlink()

    def clear(self) -> None:
        """Forget everything, and every folder but the first."""
        with self.opened() as client:
            client.delete_messages(client.search(), silent=True)
            client.expunge()
            for _, _, folder in client.list_folders():
                if folder != "INBOX":
                    client.delete_folder(folder)


@contextmanager
def mailbox_server() -> Iterator[Mailbox]:
    """Run the server, with everything it writes in a folder of its own that goes with it."""
    dovecot = shutil.which("dovecot", path=os.pathsep.join([os.environ["PATH"], "/usr/sbin"]))
    assert dovecot, "dovecot is not installed: `python3 dev.py test` installs it"
    # A short path: it keeps sockets there, whose names may have 108 letters.
    with tempfile.TemporaryDirectory(prefix="kkdesk-imap-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        server = Mailbox(folder, free_port(), free_port(), make_certificate(folder / "tls"))
        configuration = _configure(server)
        command = [dovecot, "-F", "-c", str(configuration)]
        with (
            (folder / "output.log").open("wb") as log,
            subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True) as process,
        ):
            try:
                wait_until_open(server.port, process)
                yield server
            finally:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    os.killpg(process.pid, signal.SIGKILL)


def _configure(server: Mailbox) -> Path:
    root = os.geteuid() == 0
    # As root it gives that up for users that its package brings; else it stays who it is.
    user = "dovecot" if root else getpass.getuser()
    group = subprocess.run(["id", "-gn", user], capture_output=True, text=True, check=True).stdout.strip()
    folder = server.folder
    for name in ("run", "state", "mail", "home"):
        (folder / name).mkdir()
        if root:
            shutil.chown(folder / name, user, group)
    folder.chmod(0o755)
    (folder / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n", encoding="utf-8")
    configuration = folder / "dovecot.conf"
    configuration.write_text(
        _CONFIGURATION.format(
            folder=folder,
            user=user,
            group=group,
            login="dovenull" if root else user,
            port=server.port,
            plain_port=server.plain_port,
            chain=server.certificate.chain,
            key=server.certificate.key,
        ),
        encoding="utf-8",
    )
    return configuration
