"""The composition root: a profile and settings in, a database and the services out."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.clock import Clock, system_clock
from kkdesk.model.errors import NotAllowed
from kkdesk.services.company_database import open_database
from kkdesk.services.entry import Entry
from kkdesk.store.local import LocalDatabase
from kkdesk.store.place import Placed

if TYPE_CHECKING:
    from kkdesk.model.actor import Actor
    from kkdesk.model.sync_state import SyncState
    from kkdesk.services.address_check import AddressCheck
    from kkdesk.services.assets.cleaning import AssetCleaning
    from kkdesk.services.audience import Audience
    from kkdesk.services.audience_choices import AudienceChooser
    from kkdesk.services.bounces.service import BounceMailbox
    from kkdesk.services.campaign_previews import CampaignPreviews
    from kkdesk.services.campaign_sending import CampaignSending
    from kkdesk.services.campaign_statistics import CampaignStatistics
    from kkdesk.services.campaigns import Campaigns
    from kkdesk.services.company_access import CompanyAccess
    from kkdesk.services.company_settings import CompanySettings
    from kkdesk.services.cron_jobs.service import CronJobs
    from kkdesk.services.customer_list import CustomerList
    from kkdesk.services.customers import Customers
    from kkdesk.services.database_tokens import DatabaseTokens
    from kkdesk.services.delivery_checks import DeliveryChecks
    from kkdesk.services.dns_lookups import Dns
    from kkdesk.services.duplicates import Duplicates
    from kkdesk.services.exporting.service import Exporting
    from kkdesk.services.geocoding.service import CustomerPlaces
    from kkdesk.services.history import History
    from kkdesk.services.importing.service import Importing
    from kkdesk.services.link_check import LinkCheck
    from kkdesk.services.mail.composer import CampaignComposer
    from kkdesk.services.mail.transport import Transport
    from kkdesk.services.mail_domains import MailDomains
    from kkdesk.services.members import Members
    from kkdesk.services.moving.service import Moving
    from kkdesk.services.notes import Notes
    from kkdesk.services.organisation import Organisation
    from kkdesk.services.queue.causes import SendCauses
    from kkdesk.services.queue.jobs import SendQueue
    from kkdesk.services.queue.progress import QueueProgress
    from kkdesk.services.queue.speed import SendSpeed
    from kkdesk.services.search import Search
    from kkdesk.services.secrets import Secrets
    from kkdesk.services.segments import Segments
    from kkdesk.services.settings import Settings
    from kkdesk.services.sign_in.service import SignIn
    from kkdesk.services.signatures import Signatures
    from kkdesk.services.suppression_edits import SuppressionEdits
    from kkdesk.services.suppression_list import SuppressionList
    from kkdesk.services.synchronisation import Synchronisation
    from kkdesk.services.tags import Tags
    from kkdesk.services.templates import Templates
    from kkdesk.services.timeline import Timeline
    from kkdesk.services.token_rotation import TokenRotation
    from kkdesk.services.tracking_switches import TrackingSwitches
    from kkdesk.services.worker import Worker
    from kkdesk.store.database import Database
    from kkdesk.store.profile import Profile
    from kkdesk.store.search_index import SearchIndex


class Workspace:
    """Everything that the window, the command and the endpoints work with.

    Services are made on first use and import what they need then, so that a start pays only for what it shows.
    """

    def __init__(
        self,
        profile: Profile,
        settings: Settings,
        secrets: Secrets,
        db: Database,
        actor: Actor,
        clock: Clock,
        *,
        entry: Entry,
        tokens: DatabaseTokens,
    ) -> None:
        """Use `Workspace.open`."""
        self.profile = profile
        self.entry = entry
        #: Where the tokens of the company's database come from.
        self.tokens = tokens
        self.settings = settings
        self.secrets = secrets
        self.db = db
        self.actor = actor
        self.clock = clock

    @classmethod
    async def open(
        cls,
        folder: Path | str | None = None,
        env: Mapping[str, str] = os.environ,
        clock: Clock = system_clock,
        *,
        at_server: bool = False,
        heard: Callable[[SyncState], None] | None = None,
        entry: Entry | None = None,
    ) -> Workspace:
        """Open the profile at `folder` (see `Profile.at`), making or upgrading its database.

        `at_server` works on the company's database itself, where there is one; `heard` follows a first sync; `entry`:
        settings, secrets and sign-in that are open already, in place of `folder` and `env`. Raises `InvalidInput` for
        a broken settings file, the `StoreError` family for the database, `Offline` and `SignInNeeded` when nothing can
        be read without the company's server, or nobody has signed in where that is wanted.
        """
        entry = entry or Entry.at(folder, env, clock)
        settings = entry.settings
        tokens = entry.tokens()
        try:
            db = await open_database(entry.profile, settings, tokens, clock, at_server=at_server, heard=heard)
        except BaseException:
            await tokens.close()
            raise
        try:
            actor = await entry.actor(db)
        except BaseException:
            await db.close()
            await tokens.close()
            raise
        return cls(entry.profile, settings, entry.secrets, db, actor, db.clock, entry=entry, tokens=tokens)

    async def close(self) -> None:
        """Let go of everything. May be called twice."""
        if "link_check" in self.__dict__:
            await self.link_check.close()
        if "search_index" in self.__dict__:
            await self.search_index.close()
        await self.db.close()
        await self.tokens.close()
        await self.entry.close()

    @property
    def sign_in(self) -> SignIn:
        """The Google account of the person at this computer."""
        return self.entry.sign_in

    @property
    def is_brokered(self) -> bool:
        """Whether people sign in to the company's database."""
        return self.entry.is_brokered

    @property
    def _placed(self) -> Placed:
        """The database, which what works on a file of this computer needs. Raises `NotAllowed` without a file."""
        if not isinstance(self.db, Placed):
            raise NotAllowed(
                Bilingual(
                    "Αυτό γίνεται μόνο όπου υπάρχει τοπικό αντίγραφο της βάσης.",
                    "This is done only where there is a local copy of the database.",
                )
            )
        return self.db

    @cached_property
    def address_check(self) -> AddressCheck:
        """Whether an address will do."""
        from kkdesk.services.address_check import AddressCheck

        return AddressCheck(self.mail_domains)

    @cached_property
    def asset_cleaning(self) -> AssetCleaning:
        """Unused pictures and files of mails taken away."""
        from kkdesk.services.assets.cleaning import AssetCleaning

        return AssetCleaning(self.db, self.actor, self.clock, self.settings, self.secrets)

    @cached_property
    def audience(self) -> Audience:
        """Who gets a campaign and who does not."""
        from kkdesk.services.audience import Audience

        return Audience(self.db, self.actor, self.clock)

    @cached_property
    def audience_chooser(self) -> AudienceChooser:
        """What an audience can be chosen from."""
        from kkdesk.services.audience_choices import AudienceChooser

        return AudienceChooser(self.db, self.actor, self.segments)

    @cached_property
    def campaign_previews(self) -> CampaignPreviews:
        """Mails before they are sent: as a customer would see them, and as a test."""
        from kkdesk.services.campaign_previews import CampaignPreviews

        return CampaignPreviews(self.db, self.actor, self.clock, self.campaigns, self.composer)

    @cached_property
    def campaign_sending(self) -> CampaignSending:
        """Reports before sending, sending, pausing, cancelling."""
        from kkdesk.services.campaign_sending import CampaignSending
        from kkdesk.services.send_duration import SendPace
        from kkdesk.services.send_report import SendReports

        pace = SendPace(self.settings, self.company_settings)
        reports = SendReports(self.db, self.actor, self.campaigns, self.audience, self.composer, pace)
        return CampaignSending(self.db, self.actor, self.clock, self.send_queue, self.campaigns, reports)

    @cached_property
    def campaign_statistics(self) -> CampaignStatistics:
        """The list of campaigns with figures, and what became of each recipient."""
        from kkdesk.services.campaign_statistics import CampaignStatistics

        return CampaignStatistics(self.db, self.actor)

    @cached_property
    def campaigns(self) -> Campaigns:
        """Campaigns as documents."""
        from kkdesk.services.campaigns import Campaigns

        return Campaigns(self.db, self.actor, self.clock)

    @cached_property
    def company_access(self) -> CompanyAccess:
        """Joining the company with an account."""
        from kkdesk.services.company_access import CompanyAccess

        return CompanyAccess(self.settings, self.secrets, self.sign_in, self.clock)

    @cached_property
    def company_settings(self) -> CompanySettings:
        """Settings that hold for the whole company."""
        from kkdesk.services.company_settings import CompanySettings

        return CompanySettings(self.db, self.actor, self.clock)

    @cached_property
    def composer(self) -> CampaignComposer:
        """Makes the mails of campaigns."""
        from kkdesk.services.mail.blob_files import BlobFiles
        from kkdesk.services.mail.composer import CampaignComposer

        return CampaignComposer(self.settings, self.secrets, BlobFiles(self.profile.campaign_files))

    @cached_property
    def cron_jobs(self) -> CronJobs:
        """The jobs at cron-job.org that call the endpoints."""
        from kkdesk.services.cron_jobs.client import CRON_JOB_ORG
        from kkdesk.services.cron_jobs.service import CronJobs

        return CronJobs(self.settings, self.secrets, self.dns, self.actor, api=CRON_JOB_ORG)

    @cached_property
    def customer_list(self) -> CustomerList:
        """Lists of customers: text, filters, order."""
        from kkdesk.services.customer_list import CustomerList

        return CustomerList(self.db, self.actor, self.search_index)

    @cached_property
    def customers(self) -> Customers:
        """Customers: create, edit, delete, one or many."""
        from kkdesk.services.customers import Customers

        return Customers(self.db, self.actor, self.clock)

    @cached_property
    def delivery_checks(self) -> DeliveryChecks:
        """What the network says about a campaign before it is sent."""
        from kkdesk.services.delivery_checks import DeliveryChecks

        return DeliveryChecks(self.settings, self.dns, self.mail_domains, self.link_check)

    @cached_property
    def dns(self) -> Dns:
        """The domain name system."""
        from kkdesk.services.dns_lookups import SystemDns

        return SystemDns()

    @cached_property
    def duplicates(self) -> Duplicates:
        """Customers that a new one may already be."""
        from kkdesk.services.duplicates import Duplicates

        return Duplicates(self.db, self.actor, self.search_index)

    @cached_property
    def exporting(self) -> Exporting:
        """Customers into CSV and Excel files."""
        from kkdesk.services.exporting.service import Exporting

        return Exporting(self.actor, place=self._placed.place)

    @cached_property
    def history(self) -> History:
        """Past changes and undo."""
        from kkdesk.services.history import History

        return History(self.db, self.actor, self.clock)

    @cached_property
    def importing(self) -> Importing:
        """Customers from CSV and Excel files."""
        from kkdesk.services.importing.service import Importing

        folder = self.profile.folder / "imports"
        return Importing(self.db, self.actor, self.clock, place=self._placed.place, folder=folder)

    @cached_property
    def link_check(self) -> LinkCheck:
        """Whether links lead somewhere."""
        from kkdesk.services.link_check import LinkCheck

        return LinkCheck(self.dns)

    @cached_property
    def mail_domains(self) -> MailDomains:
        """Which domains take mail."""
        from kkdesk.services.mail_domains import MailDomains

        return MailDomains(self.db, self.clock, self.dns)

    @cached_property
    def members(self) -> Members:
        """The people of the company, and who is invited."""
        from kkdesk.services.members import Members

        return Members(self.db, self.actor, self.clock)

    @cached_property
    def moving(self) -> Moving:
        """Taking the profile to the company's database, and back."""
        from kkdesk.services.moving.service import Moving

        return Moving(self.profile, self.settings, self.secrets, self.actor, lambda: self._placed.file)

    @cached_property
    def organisation(self) -> Organisation:
        """The organisation the actor works in."""
        from kkdesk.services.organisation import Organisation

        return Organisation(self.db, self.actor, self.clock)

    @cached_property
    def queue_progress(self) -> QueueProgress:
        """How far campaigns are, and which mails are unconfirmed."""
        from kkdesk.services.queue.progress import QueueProgress

        return QueueProgress(self.db, self.actor, self.clock)

    @cached_property
    def search(self) -> Search:
        """Finding a customer from anywhere."""
        from kkdesk.services.search import Search

        return Search(self.db, self.actor, self.search_index)

    @cached_property
    def search_index(self) -> SearchIndex:
        """The derived file that answers searches and lists."""
        from kkdesk.store.search_index import SearchIndex

        placed = self._placed
        return SearchIndex(self.profile.search_index, lambda: placed.file, self.actor.org_id, self.db.data_version)

    @cached_property
    def segments(self) -> Segments:
        """Saved rules over customers."""
        from kkdesk.services.segments import Segments

        return Segments(self.db, self.actor, self.clock)

    @cached_property
    def send_causes(self) -> SendCauses:
        """Why mails of a campaign did not arrive, and what became of one recipient."""
        from kkdesk.services.queue.causes import SendCauses

        return SendCauses(self.db, self.actor)

    @cached_property
    def send_queue(self) -> SendQueue:
        """Campaigns put in the queue, held, called off."""
        from kkdesk.services.queue.jobs import SendQueue

        return SendQueue(self.db, self.actor, self.clock)

    @cached_property
    def send_speed(self) -> SendSpeed:
        """How fast campaigns leave, who sends them and what holds them."""
        from kkdesk.services.queue.speed import SendSpeed

        return SendSpeed(self.db, self.actor, self.clock, self.settings, self.company_settings, self._queue_home)

    @cached_property
    def signatures(self) -> Signatures:
        """Signatures under campaigns."""
        from kkdesk.services.signatures import Signatures

        return Signatures(self.db, self.actor, self.clock)

    @cached_property
    def suppression_edits(self) -> SuppressionEdits:
        """Putting addresses on the list of those never mailed, and taking them off."""
        from kkdesk.services.suppression_edits import SuppressionEdits

        return SuppressionEdits(self.db, self.actor, self.clock, self.suppression_list)

    @cached_property
    def suppression_list(self) -> SuppressionList:
        """Addresses that are never mailed, and why."""
        from kkdesk.services.suppression_list import SuppressionList

        return SuppressionList(self.db, self.actor, self.clock)

    @cached_property
    def templates(self) -> Templates:
        """What campaigns can begin with."""
        from kkdesk.services.templates import Templates

        return Templates(self.db, self.actor, self.clock)

    def new_worker(self, *, in_the_cloud: bool = False) -> Worker:
        """A worker for this profile's queue, with an identity of its own. Raises `InvalidInput` for a bad setting."""
        from kkdesk.services.queue.worker_parts import WorkerParts, WorkerSettings
        from kkdesk.services.worker import Worker

        parts = WorkerParts(
            db=self.db,
            actor=self.actor,
            clock=self.clock,
            settings=WorkerSettings.of(self.settings),
            audience=self.audience,
            composer=self.composer,
            open_transport=self.open_transport,
            home=self._queue_home,
            embedded=isinstance(self.db, LocalDatabase),
            place="nowhere" if not self._can_send else "cloud" if in_the_cloud else "desktop",
        )
        return Worker(parts, self.open_bounce_mailbox())

    @cached_property
    def customer_places(self) -> CustomerPlaces:
        """Finds places for customers of the actor's organisation."""
        return self._places_of(self.actor)

    @cached_property
    def all_customer_places(self) -> CustomerPlaces:
        """Finds places for customers of all organisations in turn: for a scheduler, and for nobody's window."""
        return self._places_of(None)

    def _places_of(self, actor: Actor | None) -> CustomerPlaces:
        from kkdesk.services.geocoding.configured import open_geocoder
        from kkdesk.services.geocoding.service import CustomerPlaces

        return CustomerPlaces(self.db, self.clock, lambda: open_geocoder(self.settings, self.secrets, self.db), actor)

    @property
    def _queue_home(self) -> Path:
        """Where this computer's workers keep their journals. What they know of one database says nothing of another."""
        folder = self.profile.folder / "queue"
        return folder if isinstance(self.db, LocalDatabase) else folder / quote(self.actor.org_id, safe="")

    @property
    def _can_send(self) -> bool:
        """Whether mails of this computer leave it: what lies in its mail folder, the company's customers never get."""
        configured = self.settings.text("SMTP_HOST") or self.settings.text("EMAIL_TRANSPORT")
        return bool(configured) or isinstance(self.db, LocalDatabase)

    def _signed_in(self) -> SignIn | None:
        return self.sign_in if self.entry.account is not None else None

    def open_bounce_mailbox(self) -> BounceMailbox | None:
        """What came back, under the settings in force; None where no mailbox for it is configured."""
        if not self.settings.text("BOUNCE_IMAP_HOST"):
            return None
        from kkdesk.services.bounces.account import MailboxAccount
        from kkdesk.services.bounces.service import BounceMailbox

        return BounceMailbox(
            self.db,
            self.actor,
            self.clock,
            lambda: MailboxAccount.of(self.settings),
            lambda: self.secrets.require("BOUNCE_IMAP_PASS"),
            self.settings.text("BOUNCE_ADDRESS"),
        )

    async def open_transport(self) -> Transport:
        """The way mails leave, as the settings say; the caller closes it. Raises `NotConfigured`, `InvalidInput`."""
        from kkdesk.services.mail.outgoing import Ways, open_transport

        return await open_transport(
            Ways(self.settings, self.secrets, self.profile, self.clock, self.db, self.actor.org_id, self._signed_in)
        )

    @cached_property
    def notes(self) -> Notes:
        """Notes on customers."""
        from kkdesk.services.notes import Notes

        return Notes(self.db, self.actor, self.clock)

    @cached_property
    def synchronisation(self) -> Synchronisation | None:
        """The exchange with the company's database; None where this process has no part in it."""
        if isinstance(self.db, LocalDatabase):
            return None  # before the import, which the first window would pay for
        from kkdesk.store.replica import ReplicaDatabase

        if not isinstance(self.db, ReplicaDatabase):
            return None
        from kkdesk.services.synchronisation import Synchronisation

        return Synchronisation(self.db, self.secrets, self.tokens)

    @cached_property
    def tags(self) -> Tags:
        """Tags."""
        from kkdesk.services.tags import Tags

        return Tags(self.db, self.actor, self.clock)

    @cached_property
    def timeline(self) -> Timeline:
        """What happened with a customer."""
        from kkdesk.services.timeline import Timeline

        return Timeline(self.db, self.actor)

    @cached_property
    def token_rotation(self) -> TokenRotation:
        """The key of the tokens that the web CRM keeps in the database."""
        from kkdesk.services.token_rotation import TokenRotation

        return TokenRotation(self.db, self.actor, self.secrets)

    @cached_property
    def tracking_switches(self) -> TrackingSwitches:
        """Of whom and of what opens and clicks are recorded."""
        from kkdesk.services.tracking_switches import TrackingSwitches

        return TrackingSwitches(self.db, self.actor, self.clock)
