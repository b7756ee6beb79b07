"""The mail server of the tests does what the tests rely on."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage

import pytest

from tests.servers.mta import MailServer


def connected(mta: MailServer) -> smtplib.SMTP:
    client = smtplib.SMTP(mta.host, mta.port, timeout=20)
    client.starttls(context=ssl.create_default_context(cafile=str(mta.certificate.authority)))
    return client


def mail(to: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "info@kktires.example", to, "Καλημέρα"
    message.set_content("Κείμενο")
    return message


def test_mail_is_delivered_after_starttls_and_auth(mta: MailServer) -> None:
    mta.clear()
    with connected(mta) as client:
        client.login(mta.user, mta.password)
        client.send_message(mail("nikos@pelatis.example"))
    (found,) = mta.wait_for(1)
    assert (found["subject"], found["envelope-to"]) == ("Καλημέρα", "nikos@pelatis.example")
    assert mta.mailbox("nikos@pelatis.example")[0].get_content() == "Κείμενο\n"
    assert mta.mailbox("other@pelatis.example") == []


def test_without_auth_nothing_goes(mta: MailServer) -> None:
    with connected(mta) as client, pytest.raises(smtplib.SMTPSenderRefused):
        client.send_message(mail("nikos@pelatis.example"))
    with smtplib.SMTP(mta.host, mta.port, timeout=20) as client:
        client.ehlo()
        assert not client.has_extn("auth"), "AUTH is offered over TLS only"


@pytest.mark.parametrize(("address", "code"), [("reject-me@x.example", 550), ("defer-me@x.example", 451)])
def test_chosen_addresses_are_refused(mta: MailServer, address: str, code: int) -> None:
    with connected(mta) as client:
        client.login(mta.user, mta.password)
        with pytest.raises(smtplib.SMTPRecipientsRefused) as raised:
            client.send_message(mail(address))
        assert raised.value.recipients[address][0] == code
