"""A real mail server: exim with STARTTLS and AUTH on a port of its own, delivering into one Maildir.

Every address of a `.example` domain is accepted, but a local part that begins with `reject-` is refused with 550 and
one that begins with `defer-` with 450. Only over TLS and after AUTH: else 530.
"""

from __future__ import annotations

import getpass
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from tests.servers.certificates import ServerCertificate, make_certificate
from tests.servers.ports import free_port, wait_until_open

USER, PASSWORD = "kkdesk", "mail-password-1"

_CONFIGURATION = """
primary_hostname = mx.example
spool_directory = {folder}/spool
log_file_path = {folder}/log/%slog
pid_file_path = {folder}/exim.pid
exim_user = {user}
exim_group = {group}
never_users =
local_interfaces = 127.0.0.1
daemon_smtp_ports = {port}
tls_advertise_hosts = *
tls_certificate = {chain}
tls_privatekey = {key}
host_lookup =
rfc1413_hosts =
recipient_unqualified_hosts =
keep_environment =
smtp_accept_max = 100
smtp_accept_max_per_connection = 100000
smtp_accept_queue_per_connection = 0
smtputf8_advertise_hosts = *
message_logs = false
acl_smtp_mail = check_mail
acl_smtp_rcpt = check_rcpt
acl_smtp_data = accept

begin acl
check_mail:
  accept authenticated = *
  deny message = 5.7.0 Authentication required
check_rcpt:
  deny local_parts = ^reject-
       message = 5.1.1 No such mailbox
  defer local_parts = ^defer-
       message = 4.2.1 Try again later
  accept domains = ^.*\\\\.example\\$
  deny message = 5.7.1 Relaying denied

begin routers
everything:
  driver = accept
  transport = maildir

begin transports
maildir:
  driver = appendfile
  directory = {folder}/mail
  maildir_format
  create_directory
  user = {user}
  group = {group}
  envelope_to_add
  return_path_add
  delivery_date_add

begin retry
* * F,1h,1m

begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if and{{{{eq{{$auth2}}{{{smtp_user}}}}}{{eq{{$auth3}}{{{smtp_password}}}}}}}}}
  server_set_id = $auth2
  server_advertise_condition = ${{if def:tls_in_cipher}}
login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = Username:: : Password::
  server_condition = ${{if and{{{{eq{{$auth1}}{{{smtp_user}}}}}{{eq{{$auth2}}{{{smtp_password}}}}}}}}}
  server_set_id = $auth1
  server_advertise_condition = ${{if def:tls_in_cipher}}
"""


@dataclass(frozen=True)
class MailServer:
    """The running server, and what it has delivered."""

    folder: Path
    port: int
    certificate: ServerCertificate
    host: str = "127.0.0.1"
    user: str = USER
    password: str = PASSWORD

    def environment(self) -> dict[str, str]:
        """What the program must be told to send through it."""
        return {
            "SMTP_HOST": self.host,
            "SMTP_PORT": str(self.port),
            "SMTP_USER": self.user,
            "SMTP_PASS": self.password,
            "SMTP_CA_FILE": str(self.certificate.authority),
        }

    def delivered(self) -> list[EmailMessage]:
        """Every delivered mail; `Envelope-To` is whom it was for."""
        parser = BytesParser(policy=policy.default)
        found = []
        for path in sorted((self.folder / "mail" / "new").glob("*")):
            message = parser.parsebytes(path.read_bytes())
            assert isinstance(message, EmailMessage)
            found.append(message)
        return found

    def mailbox(self, address: str) -> list[EmailMessage]:
        """What was delivered to one address."""
        return [message for message in self.delivered() if address in str(message["Envelope-To"])]

    def wait_for(self, count: int, seconds: float = 120) -> list[EmailMessage]:
        """Wait until `count` mails have been delivered (accepted ones are delivered one by one), and give them."""
        folder, end = self.folder / "mail" / "new", time.monotonic() + seconds
        while time.monotonic() < end:
            if folder.exists() and sum(1 for _ in folder.iterdir()) >= count:
                return self.delivered()
            time.sleep(0.05)  # a poll of the folder: exim tells nobody
        raise AssertionError(f"only {len(self.delivered())} of {count} mails were delivered\n{self.log()}")

    def log(self, lines: int = 40) -> str:
        """The end of what exim has to say, for a failure's message."""
        text = "".join(path.read_text(errors="replace") for path in sorted((self.folder / "log").glob("*log")))
        return "\n".join(text.splitlines()[-lines:])

    def clear(self) -> None:
        """Forget what was delivered."""
        for path in (self.folder / "mail" / "new").glob("*"):
            path.unlink()


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """Run the server, with everything it writes in a folder of its own that goes with it."""
    exim = shutil.which("exim4", path=os.pathsep.join([os.environ["PATH"], "/usr/sbin"]))
    assert exim, "exim4 is not installed: `python3 dev.py test` installs it"
    # Not among pytest's folders: every new pytest closes those to exim's user again.
    with tempfile.TemporaryDirectory(prefix="kkdesk-mta-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        server = MailServer(folder, free_port(), make_certificate(folder / "tls"))
        configuration = _configure(server)
        # With a pipe nobody reads, a talkative exim would stop; a file never fills.
        with (folder / "log" / "daemonlog").open("wb") as log:
            command = [exim, "-C", str(configuration), "-bdf"]
            with subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True) as process:
                try:
                    wait_until_open(server.port, process)
                    yield server
                finally:
                    # The whole session: deliveries under way must not outlive their folder.
                    with suppress(ProcessLookupError):
                        os.killpg(process.pid, signal.SIGKILL)


def _configure(server: MailServer) -> Path:
    # As root, exim insists on giving that up; its package brings a user for it.
    user = "Debian-exim" if os.geteuid() == 0 else getpass.getuser()
    group = subprocess.run(["id", "-gn", user], capture_output=True, text=True, check=True).stdout.strip()
    for name in ("spool", "log", "mail/new"):
        (server.folder / name).mkdir(parents=True)
    if os.geteuid() == 0:
        for path in (server.folder, *server.folder.rglob("*")):
            shutil.chown(path, user, group)
    configuration = server.folder / "exim.conf"
    configuration.write_text(
        _CONFIGURATION.format(
            folder=server.folder,
            user=user,
            group=group,
            port=server.port,
            chain=server.certificate.chain,
            key=server.certificate.key,
            smtp_user=USER,
            smtp_password=PASSWORD,
        ).replace("\\\\", "\\"),
        encoding="utf-8",
    )
    return configuration
