"""The client of Vercel Blob against a stand-in that follows the API, errors included."""

from __future__ import annotations

import asyncio
import logging
import pickle
import time
import traceback
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import (
    Conflict,
    InvalidInput,
    KKDeskError,
    NotAllowed,
    NotConfigured,
    NotFound,
    Offline,
    SignInNeeded,
)
from kkdesk.services.assets.blob_errors import BlobExists, BlobRateLimited, BlobRefused
from kkdesk.services.assets.vercel_blob import ATTEMPTS, VercelBlob
from tests.servers.ports import free_port
from tests.servers.vercel_blob import STORE, TOKEN, Failure, VercelBlobStandIn, vercel_blob

KEPT = Bilingual("Όλα μένουν.", "All stays.")
SECRET = TOKEN.rpartition("_")[2]
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20

Body = Callable[[VercelBlob, VercelBlobStandIn, list[float]], Awaitable[None]]


def with_store(body: Body, token_of_the_store: str = TOKEN) -> VercelBlobStandIn:
    """Run `body` with a client, the store, and the pauses that the client makes."""

    async def run() -> VercelBlobStandIn:
        pauses: list[float] = []

        async def sleep(seconds: float) -> None:
            pauses.append(seconds)

        async with (
            vercel_blob(VercelBlobStandIn(token=token_of_the_store)) as store,
            VercelBlob(TOKEN, kept=KEPT, api=store.url, sleep=sleep) as client,
        ):
            await body(client, store, pauses)
            return store

    return asyncio.run(run())


def test_a_file_is_stored_shown_listed_copied_and_deleted() -> None:
    async def body(client: VercelBlob, store: VercelBlobStandIn, pauses: list[float]) -> None:
        name = "email-assets/org_kktires/1700000000000-ελαστικό & x.png"
        put = await client.put(name, PNG, "image/png", cache_seconds=1)
        assert store.blobs[name].content == PNG
        assert store.blobs[name].max_age == 60
        assert put.url == store.address(name)
        assert put.url.startswith(client.addresses[0])
        assert (put.pathname, put.content_type, put.size) == (name, "image/png", None)
        assert put.download_url == f"{put.url}?download=1"
        for asked in (put.url, name):
            head = await client.head(asked)
            assert (head.url, head.size, head.etag) == (put.url, len(PNG), put.etag)
            assert head.uploaded_at is not None
            assert abs(head.uploaded_at - time.time()) < 3600
        copy = await client.copy(put.url, "email-assets/org_kktires/copy.png")
        assert store.blobs[copy.pathname].content_type == "image/png"
        assert [blob.pathname for blob in (await client.list()).blobs] == sorted([name, copy.pathname])
        await client.delete([put.url, copy.pathname, "never/there.png"])
        assert store.blobs == {}
        assert pauses == []

    store = with_store(body)
    assert all(headers["x-vercel-blob-store-id"] == STORE for headers in store.asked)
    assert {headers["x-api-blob-request-attempt"] for headers in store.asked} == {"0"}
    ids = [headers["x-api-blob-request-id"] for headers in store.asked]
    assert len(set(ids)) == len(ids)


def test_a_list_goes_on_by_its_cursor() -> None:
    async def body(client: VercelBlob, store: VercelBlobStandIn, _: list[float]) -> None:
        for number in range(7):
            store.add(f"a/{number}.png")
        store.add("a/b/c.png")
        store.add("z.png")
        found: list[str] = []
        cursor: str | None = None
        pages = 0
        while pages == 0 or cursor:
            page = await client.list("a/", cursor=cursor, limit=3)
            found += [blob.pathname for blob in page.blobs]
            cursor, pages = page.cursor, pages + 1
        assert found == [*(f"a/{number}.png" for number in range(7)), "a/b/c.png"]
        assert pages == 3
        folded = await client.list("a/", folded=True)
        assert folded.folders == ("a/b/",)
        assert len(folded.blobs) == 7
        assert folded.blobs[0].size == 1

    with_store(body)


def test_more_than_a_thousand_are_deleted_in_several_requests() -> None:
    async def body(client: VercelBlob, store: VercelBlobStandIn, _: list[float]) -> None:
        await client.delete([store.add(f"{number}.png") for number in range(1001)])
        assert store.blobs == {}
        assert len(store.seen) == 2
        await client.delete([])
        assert len(store.seen) == 2

    with_store(body)


def test_nothing_is_overwritten_but_on_request() -> None:
    async def body(client: VercelBlob, store: VercelBlobStandIn, _: list[float]) -> None:
        first = await client.put("a.png", b"1", "image/png")
        with pytest.raises(BlobExists):
            await client.put("a.png", b"2", "image/png")
        with pytest.raises(BlobExists):
            await client.copy(first.url, "a.png")
        await client.put("a.png", b"22", "image/png", overwrite=True)
        with pytest.raises(Conflict):
            await client.put("a.png", b"3", "image/png", if_match=first.etag or "")
        now = await client.head("a.png")
        await client.put("a.png", b"4", "image/png", if_match=now.etag or "")
        assert store.blobs["a.png"].content == b"4"

    with_store(body)


@pytest.mark.parametrize("code", ["unknown_error", "service_unavailable", "internal_server_error"])
def test_what_may_pass_is_tried_again(code: str) -> None:
    async def body(client: VercelBlob, store: VercelBlobStandIn, pauses: list[float]) -> None:
        store.add("a.png")
        store.failures = {0: Failure(503, code), 1: Failure(502, code), 2: Failure(cut=True)}
        assert (await client.head("a.png")).pathname == "a.png"
        assert len(pauses) == 3
        assert 0 < pauses[0] < pauses[2] < 10
        assert [headers["x-api-blob-request-attempt"] for headers in store.asked] == list("0123")
        assert len({headers["x-api-blob-request-id"] for headers in store.asked}) == 1

    with_store(body)


def test_trying_has_an_end() -> None:
    async def body(client: VercelBlob, store: VercelBlobStandIn, pauses: list[float]) -> None:
        store.failures = {number: Failure(503, "service_unavailable") for number in range(99)}
        with pytest.raises(Offline) as caught:
            await client.head("a.png")
        assert len(store.seen) == ATTEMPTS
        assert sum(pauses) < 30
        assert "503" in caught.value.message("el")
        assert "All stays." in caught.value.message("en")

    with_store(body)


@pytest.mark.parametrize("api", [f"http://127.0.0.1:{free_port()}", "https://nobody .example", "https://xn--.invalid"])
def test_nobody_there(api: str) -> None:
    async def body() -> None:
        async def sleep(_seconds: float) -> None:
            return

        async with VercelBlob(TOKEN, kept=KEPT, api=api, sleep=sleep) as client:
            with pytest.raises(Offline):
                await client.list()

    asyncio.run(body())


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (Failure(400, "bad_request", "Invalid pathname"), BlobRefused),
        (Failure(403, "forbidden"), SignInNeeded),
        (Failure(403, "client_token_not_allowed"), SignInNeeded),
        (Failure(400, "bad_request", "Token expired"), SignInNeeded),
        (Failure(403, "store_suspended"), NotAllowed),
        (Failure(403, "store_not_found"), NotAllowed),
        (Failure(404, "not_found"), NotFound),
        (Failure(412, "precondition_failed"), Conflict),
        (Failure(429, "rate_limited", retry_after="9999"), BlobRateLimited),
        (Failure(429, "rate_limited"), BlobRateLimited),
        (Failure(429, "rate_limited", retry_after="Wed, 21 Oct 2026 07:28:00 GMT"), BlobRateLimited),
        (Failure(451, "content_of_tomorrow", "no"), BlobRefused),
        (Failure(302, body=b""), Offline),
        (Failure(401, body=b"<html>"), SignInNeeded),
        (Failure(404, body=b"[]"), NotFound),
        (Failure(418, body=b'{"error":{"code":7,"message":[]}}'), BlobRefused),
        (Failure(429, body=b"slow down"), BlobRateLimited),
        (Failure(200, body=b"<html>welcome to our hotel"), Offline),
        (Failure(200, body=b"[" * 100_000), Offline),
        (Failure(200, body=b'{"url": 1, "pathname": "a"}'), Offline),
        (Failure(200, body=b" " * 9_000_000), Offline),
    ],
)
def test_what_will_not_pass_is_said_at_once(failure: Failure, kind: type[KKDeskError]) -> None:
    async def body(client: VercelBlob, store: VercelBlobStandIn, pauses: list[float]) -> None:
        store.failures = {0: failure}
        with pytest.raises(kind) as caught:
            await client.head("a.png")
        assert len(store.seen) == 1
        assert pauses == []
        for language in ("el", "en"):
            assert caught.value.kept is not None
            assert caught.value.kept.in_language(language) in caught.value.message(language)
        again = pickle.loads(pickle.dumps(caught.value))
        assert again.message("el") == caught.value.message("el")

    with_store(body)


@pytest.mark.parametrize("answer", [b"{}", b'{"blobs": 1}', b'{"blobs": [], "hasMore": true}', b'{"blobs": [{}]}'])
def test_a_list_that_is_none(answer: bytes) -> None:
    async def body(client: VercelBlob, store: VercelBlobStandIn, _: list[float]) -> None:
        store.failures = {0: Failure(200, body=answer)}
        with pytest.raises(Offline):
            await client.list()

    with_store(body)


def test_too_many_requests_wait_as_long_as_the_server_says() -> None:
    async def body(client: VercelBlob, store: VercelBlobStandIn, pauses: list[float]) -> None:
        store.failures = {
            0: Failure(429, "rate_limited", retry_after="7"),
            1: Failure(429, "rate_limited", retry_after="0"),
        }
        await client.list()
        assert pauses == [7.0, 1.0]
        store.failures = {3: Failure(429, "rate_limited", retry_after="600")}
        with pytest.raises(BlobRateLimited) as caught:
            await client.list()
        assert caught.value.seconds == 600
        assert len(pauses) == 2

    with_store(body)


def test_a_put_whose_answer_was_lost_is_found_again() -> None:
    async def body(client: VercelBlob, store: VercelBlobStandIn, _: list[float]) -> None:
        store.failures = {0: Failure(done=True, cut=True)}
        stored = await client.put("a.png", PNG, "image/png")
        assert (stored.url, stored.size) == (store.address("a.png"), len(PNG))
        # Somebody else's file of that name is not taken for it.
        store.add("b.png", b"other")
        store.failures = {3: Failure(503, "service_unavailable")}
        with pytest.raises(BlobExists):
            await client.put("b.png", PNG, "image/png")
        assert store.blobs["b.png"].content == b"other"

    with_store(body)


def test_certificates_that_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/cacert.pem")

    async def body(client: VercelBlob, store: VercelBlobStandIn, _: list[float]) -> None:
        with pytest.raises(Offline):
            await client.list()

    with_store(body)


@pytest.mark.parametrize("name", ["", "a//b.png", "/a.png", "x" * 951])
def test_names_that_cannot_be(name: str) -> None:
    async def body(client: VercelBlob, store: VercelBlobStandIn, _: list[float]) -> None:
        with pytest.raises(InvalidInput):
            await client.put(name, b"", "image/png")
        with pytest.raises(InvalidInput):
            await client.copy("https://x/y", name)
        assert store.seen == []

    with_store(body)


@pytest.mark.parametrize(
    "token", ["", "vercel_blob_rw_", "vercel_blob_rw_abc", "vercel_blob_rw__secret", f"{TOKEN}\r\nx: y", "κλειδί"]
)
def test_what_cannot_be_a_token(token: str) -> None:
    with pytest.raises(NotConfigured) as caught:
        VercelBlob(token, kept=KEPT)
    assert not token or token not in str(caught.value)


@pytest.mark.parametrize(
    "api",
    [
        "http://example.com",
        "ftp://x",
        "",
        "https://",
        "https://u:p@x",
        "https://x?y=1",
        "https://x#y",
        "http://[::1",
        "https://x:99999",
    ],
)
def test_the_token_goes_to_no_address_in_the_clear(api: str) -> None:
    with pytest.raises(InvalidInput):
        VercelBlob(TOKEN, kept=KEPT, api=api)


def test_the_token_is_in_no_log_and_no_error(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    raised: list[BaseException] = []

    async def body(client: VercelBlob, store: VercelBlobStandIn, _: list[float]) -> None:
        async def fails(kind: type[KKDeskError]) -> None:
            with pytest.raises(kind) as caught:
                await client.put("a.png", PNG, "image/png")
            raised.append(caught.value)

        await fails(SignInNeeded)
        store.token = TOKEN
        store.failures = {
            1: Failure(400, "bad_request", f"no such token: {TOKEN}, that is {SECRET}\x00 of today"),
            2: Failure(400, SECRET, TOKEN),
            **{number: Failure(cut=True) for number in range(3, 99)},
        }
        await fails(BlobRefused)
        await fails(BlobRefused)
        await fails(Offline)

    with_store(body, token_of_the_store="vercel_blob_rw_x_y")
    assert "of today" in str(raised[1])
    assert "vercel_blob_refused" in caplog.text
    assert "vercel_blob_unreachable" in caplog.text
    assert SECRET not in caplog.text
    for error in raised:
        assert SECRET not in "".join(traceback.format_exception(error))
        chain: BaseException | None = error
        while chain is not None:
            assert SECRET not in f"{chain!r} {getattr(chain, 'what', '')}"
            chain = chain.__cause__ or chain.__context__


def test_the_stand_in_takes_files_in_parts() -> None:
    async def body() -> None:
        async with vercel_blob(VercelBlobStandIn()) as store, httpx.AsyncClient() as http:
            base = {
                "authorization": f"Bearer {TOKEN}",
                "x-api-version": "12",
                "x-api-blob-request-id": f"{STORE}:1:ab",
                "x-vercel-blob-access": "public",
            }

            async def call(action: str, content: bytes = b"", **headers: str) -> dict[str, Any]:
                given = {**base, "x-mpu-action": action, **headers}
                answer = await http.post(f"{store.url}/mpu?pathname=big.bin", content=content, headers=given)
                return {"status": answer.status_code, **answer.json()}

            upload = await call("create")
            ours = {"x-mpu-upload-id": upload["uploadId"], "x-mpu-key": upload["key"]}
            sizes = (5 * 2**20, 100)
            etags = []
            for number, size in enumerate(sizes, 1):
                part = await call("upload", bytes(size), **ours, **{"x-mpu-part-number": str(number)})
                etags.append({"partNumber": number, "etag": part["etag"]})
            wrong = await call("complete", str([]).encode(), **{**ours, "x-mpu-upload-id": "?"})
            assert wrong["status"] == 404
            body_of = httpx.Request("POST", "http://x", json=etags).content
            assert (await call("complete", body_of, **ours))["pathname"] == "big.bin"
            assert len(store.blobs["big.bin"].content) == sum(sizes)

    asyncio.run(body())
