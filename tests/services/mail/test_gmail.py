"""The Gmail API as the second way out."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from kkdesk.model.errors import KKDeskError, MailQuotaReached, MailServerRefused, Offline, SignInNeeded
from kkdesk.services.google_token import OAuthClient, RefreshedTokens
from kkdesk.services.mail.gmail import MAX_BYTES, GmailTransport
from kkdesk.services.mail.replies import judge
from kkdesk.services.mail.transport import OutgoingMail, nothing_to_note
from tests.servers.gmail import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN, Failure, GmailStandIn, gmail_stand_in
from tests.servers.ports import free_port
from tests.services.queue.shop import Shop, in_shop

NOW = 1_795_460_000


def mail(content: bytes = b"To: maria@x.example\r\nMessage-ID: <1@x>\r\nSubject: x\r\n\r\nhi\r\n") -> OutgoingMail:
    return OutgoingMail("<1@x>", "info@x.example", "maria@x.example", content)


def with_account(account: GmailStandIn, body: Callable[[GmailTransport], Awaitable[None]]) -> None:
    async def run() -> None:
        async with gmail_stand_in(account):
            client = OAuthClient(CLIENT_ID, CLIENT_SECRET)
            tokens = RefreshedTokens(client, REFRESH_TOKEN, account.clock, endpoint=f"{account.url}/token")
            transport = GmailTransport(tokens, account.clock, base_url=account.url)
            try:
                await body(transport)
            finally:
                await transport.close()

    asyncio.run(run())


def stand_in(**how: object) -> GmailStandIn:
    return GmailStandIn(lambda: NOW, **how)  # type: ignore[arg-type]


def test_a_mail_leaves_and_its_id_is_kept() -> None:
    async def body(transport: GmailTransport) -> None:
        outcome = await transport.send(mail(), nothing_to_note)
        identity = account.sent[0]["Message-ID"].strip("<>").removeprefix("CA").partition("@")[0]
        assert (outcome.result, outcome.code, outcome.text) == ("sent", 200, f"gmail {identity}")
        assert account.sent[0]["Message-ID"] != "<1@x>", "Gmail replaces it"
        assert account.sent[0]["X-KKDesk-Message-ID"] == "<1@x>", "so that a bounce still knows the mail"
        await transport.send(mail(), nothing_to_note)
        assert account.refreshes == 1

    account = stand_in()
    with_account(account, body)


def test_a_large_mail_is_uploaded_as_it_is_and_one_beyond_the_limit_is_not_tried() -> None:
    async def body(transport: GmailTransport) -> None:
        large = mail().content + b"x" * 5_000_000
        assert (await transport.send(mail(large), nothing_to_note)).result == "sent"
        assert account.uploads == 1
        outcome = await transport.send(mail(b"x" * (MAX_BYTES + 1)), nothing_to_note)
        assert (outcome.result, outcome.status) == ("refused", "5.3.4")
        assert account.requests == 1
        assert not judge(outcome).suppress

    account = stand_in()
    with_account(account, body)


@pytest.mark.parametrize("failure", [Failure(400, "badRequest", "Invalid To header"), None])
def test_one_bad_mail_fails_for_good_and_its_address_is_not_to_blame(failure: Failure | None) -> None:
    async def body(transport: GmailTransport) -> None:
        content = mail().content if failure else b"Subject: nobody\r\n\r\nhi\r\n"
        outcome = await transport.send(mail(content), nothing_to_note)
        assert outcome.result == "refused"
        verdict = judge(outcome)
        assert (verdict.suppress, verdict.ours, verdict.retry) == (False, False, None)

    with_account(stand_in(failures={0: failure} if failure else {}), body)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("taken", [True, False])
@pytest.mark.parametrize("cut", [True, False])
def test_whatever_breaks_after_the_request_began_leaves_the_mail_in_doubt(status: int, taken: bool, cut: bool) -> None:
    async def body(transport: GmailTransport) -> None:
        outcome = await transport.send(mail(), nothing_to_note)
        assert outcome.result == "unconfirmed"
        assert account.requests == 1, "never asked again by itself"

    account = stand_in(failures={0: Failure(status, taken=taken, cut=cut)})
    with_account(account, body)


def test_an_answer_that_cannot_be_unpacked_leaves_the_mail_in_doubt() -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 8\r\n\r\nno gzip!"

    async def run() -> None:
        async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer)
            writer.close()

        class Token:
            async def token(self) -> str:
                return "t"

            def forget(self, token: str) -> None: ...

        async with await asyncio.start_server(converse, "127.0.0.1", 0) as server:
            url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            transport = GmailTransport(Token(), lambda: NOW, base_url=url)
            assert (await transport.send(mail(), nothing_to_note)).result == "unconfirmed"
            await transport.close()
            tokens = RefreshedTokens(OAuthClient("i", "s"), "r", lambda: NOW, endpoint=f"{url}/token")
            with pytest.raises(Offline):
                await tokens.token()

    asyncio.run(run())


def test_a_token_that_has_ended_is_renewed_once_and_the_mail_goes() -> None:
    async def body(transport: GmailTransport) -> None:
        assert (await transport.send(mail(), nothing_to_note)).result == "sent"
        account._tokens.clear()
        assert (await transport.send(mail(), nothing_to_note)).result == "sent"
        assert account.refreshes == 2
        account.token_seconds = 0
        account._tokens.clear()
        with pytest.raises(SignInNeeded):
            await transport.send(mail(), nothing_to_note)
        assert len(account.sent) == 2

    account = stand_in()
    with_account(account, body)


@pytest.mark.parametrize("status", [403, 429])
def test_quotas_stop_the_account_until_the_time_that_is_said(status: int) -> None:
    async def body(transport: GmailTransport) -> None:
        await transport.send(mail(), nothing_to_note)
        with pytest.raises(MailQuotaReached) as caught:
            await transport.send(mail(), nothing_to_note)
        assert caught.value.until == 1_795_545_001

    with_account(stand_in(per_day=1, quota_status=status), body)


@pytest.mark.parametrize(
    ("account", "kind", "words"),
    [
        (stand_in(scope="openid"), MailServerRefused, "has not given leave"),
        (stand_in(failures={0: Failure(403, "domainPolicy", "Disabled")}), MailServerRefused, "administrator"),
        (
            stand_in(failures={0: Failure(400, "failedPrecondition", "Mail service not enabled")}),
            MailServerRefused,
            "not en",
        ),
        (stand_in(failures={0: Failure(404, "notFound", "Not Found")}), MailServerRefused, "404"),
        (stand_in(per_minute=0), MailQuotaReached, "limit"),
        (stand_in(refresh_token="another"), SignInNeeded, "revoked"),
        (stand_in(token_failures=[(401, "invalid_client")]), KKDeskError, "invalid_client"),
        (stand_in(token_failures=[(503, "x"), (500, "x"), (429, "x")]), Offline, "Google does not answer"),
    ],
)
def test_what_concerns_the_account_is_said_and_stops_all_mails(
    account: GmailStandIn, kind: type[KKDeskError], words: str
) -> None:
    async def body(transport: GmailTransport) -> None:
        with pytest.raises(kind) as caught:
            await transport.send(mail(), nothing_to_note)
        assert words in caught.value.message("en")
        assert caught.value.kept and caught.value.next_step
        assert account.sent == []

    with_account(account, body)


def test_a_passing_trouble_of_the_token_endpoint_is_asked_again() -> None:
    async def body(transport: GmailTransport) -> None:
        assert (await transport.send(mail(), nothing_to_note)).result == "sent"
        assert account.refreshes == 2

    account = stand_in(token_failures=[(503, "temporarily_unavailable")])
    with_account(account, body)


def test_without_a_connection_nothing_has_left() -> None:
    class Ready:
        async def token(self) -> str:
            return "t"

        def forget(self, token: str) -> None:
            raise AssertionError(token)

    async def run() -> None:
        transport = GmailTransport(Ready(), lambda: NOW, base_url=f"http://127.0.0.1:{free_port()}")
        with pytest.raises(Offline):
            await transport.send(mail(), nothing_to_note)
        await transport.close()

    asyncio.run(run())


def test_secrets_are_in_no_repr() -> None:
    client = OAuthClient(CLIENT_ID, CLIENT_SECRET)
    tokens = RefreshedTokens(client, REFRESH_TOKEN, lambda: NOW)
    assert CLIENT_SECRET not in repr(client) and REFRESH_TOKEN not in repr(tokens)


ENV = {
    "EMAIL_TRANSPORT": "gmail",
    "GMAIL_ACCOUNT": "info@kktires.example",
    "SMTP_FROM": "",
    "GOOGLE_CLIENT_ID": CLIENT_ID,
    "GOOGLE_CLIENT_SECRET": CLIENT_SECRET,
    "GMAIL_REFRESH_TOKEN": REFRESH_TOKEN,
}


def test_a_campaign_through_gmail_when_answers_are_lost_and_tokens_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def body(shop: Shop) -> None:
        # More than a minute's quota is another test's; here all go in one run.
        monkeypatch.setattr("kkdesk.services.mail.gmail.GmailTransport.per_minute", None)
        account = GmailStandIn(
            shop.clock, per_minute=10_000, failures={5: Failure(taken=True, cut=True), 9: Failure(503)}
        )
        async with gmail_stand_in(account):
            monkeypatch.setattr("kkdesk.services.mail.outgoing.GMAIL", account.url)
            monkeypatch.setattr("kkdesk.services.mail.outgoing.TOKEN_ENDPOINT", f"{account.url}/token")
            campaign_id = await shop.queued(30)
            report = await shop.worker().once()
            assert (report.sent, report.unconfirmed) == (28, 2)
            recipients = Counter(str(one["To"]) for one in account.sent)
            assert max(recipients.values()) == 1 and len(recipients) == 29
            in_doubt = await shop.workspace.queue_progress.unconfirmed(campaign_id)
            assert {one.email for one in in_doubt} | set(recipients) == {f"c{n}@x.example" for n in range(30)}
            assert account.sent[0]["From"] == "info@kktires.example"
            assert all(one["X-KKDesk-Recipient"] for one in account.sent)
            said = await shop.value("SELECT smtp_message FROM email_delivery_events WHERE event_type = 'sent' LIMIT 1")
            assert said.startswith("gmail ")

    in_shop(tmp_path, body, env=ENV)


def test_gmails_sixty_a_minute_are_spread_over_the_minute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def body(shop: Shop) -> None:
        account = GmailStandIn(shop.clock, per_minute=60)
        async with gmail_stand_in(account):
            monkeypatch.setattr("kkdesk.services.mail.outgoing.GMAIL", account.url)
            monkeypatch.setattr("kkdesk.services.mail.outgoing.TOKEN_ENDPOINT", f"{account.url}/token")
            await shop.queued(30)

            async def passes() -> None:
                # Each second of the test's clock lets one more go.
                while len(account.sent) < 30:
                    await asyncio.sleep(0.02)
                    shop.now += 1

            report, _ = await asyncio.gather(shop.worker().once(), passes())
            assert (report.sent, report.error) == (30, None)
            assert await shop.value("SELECT max(number) FROM kk_send_slots") == 1, "one a second"

    in_shop(tmp_path, body, env=ENV)


def test_the_web_crms_account_is_used_where_the_keyring_has_no_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def body(shop: Shop) -> None:
        account = GmailStandIn(shop.clock)
        async with gmail_stand_in(account):
            monkeypatch.setattr("kkdesk.services.mail.outgoing.GMAIL", account.url)
            monkeypatch.setattr("kkdesk.services.mail.outgoing.TOKEN_ENDPOINT", f"{account.url}/token")
            await shop.queued(1)
            report = await shop.worker().once()
            assert report.error is not None and "has not been signed in" in report.error.message("en")
            await shop.write("INSERT INTO users (id, email) VALUES ('u', 'Info@KKTires.example')")
            await shop.write(
                "INSERT INTO accounts (id, userId, type, provider, providerAccountId, refresh_token) "
                "VALUES ('a', 'u', 'oauth', 'google', '1', ?)",
                REFRESH_TOKEN,
            )
            assert (await shop.worker().once()).sent == 1

    in_shop(tmp_path, body, env={**ENV, "GMAIL_REFRESH_TOKEN": ""})
