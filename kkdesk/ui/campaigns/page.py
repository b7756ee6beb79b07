"""The campaigns page: list, composer, what became of a campaign, templates and signatures, one view at a time."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from kkdesk.model.campaign import CampaignDraft
from kkdesk.model.campaign_figures import CampaignSummary
from kkdesk.model.errors import NotFound
from kkdesk.ui.campaigns import actions
from kkdesk.ui.campaigns.composing.composer import AUDIENCE, MESSAGE, PREVIEW, Composer
from kkdesk.ui.campaigns.library.pick import pick_template
from kkdesk.ui.campaigns.library.shelves import SignatureShelf, TemplateShelf
from kkdesk.ui.campaigns.library.view import LibraryView
from kkdesk.ui.campaigns.listing.view import CampaignList
from kkdesk.ui.campaigns.outcome.view import CampaignOutcome
from kkdesk.ui.campaigns.scenes import campaign_scenes
from kkdesk.ui.campaigns.sending.flow import confirm_and_send, send_test
from kkdesk.ui.changes import Kinds
from kkdesk.ui.dialogs import ask_text, confirm
from kkdesk.ui.operation import run
from kkdesk.ui.page import Command, Page
from kkdesk.ui.scene import Scene
from kkdesk.ui.shell import Shell


class CampaignsPage(Page):
    """Write, choose, look, send, follow."""

    shows = frozenset({"campaigns", "mail", "customers", "tags", "segments", "settings"})

    def __init__(self, shell: Shell, parent: QWidget | None = None) -> None:
        """The list alone; other views are made when first wanted."""
        super().__init__(shell, parent)
        self.list = CampaignList(self)
        self.views = QStackedWidget()
        self.views.addWidget(self.list)
        self._composer: Composer | None = None
        self._outcome: CampaignOutcome | None = None
        self._templates: LibraryView | None = None
        self._signatures: LibraryView | None = None
        self._loaded = False
        #: The draft that was left for the library of signatures.
        self._left = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.views)
        self._connect_list()

    # Page -----------------------------------------------------------------------------------------------

    async def activate(self, target: object = None) -> None:
        """Load on the first time. `target`: "new", or the id of a campaign to open."""
        if not self._loaded:
            self.list.state.show_loading()
            await self.list.read()
            self._loaded = True
        if target == "new":
            await self._begin()
        elif isinstance(target, str):
            await self.open_campaign(target)

    async def refresh(self, kinds: Kinds) -> None:
        """Something changed, here or elsewhere: the view in front is read again, the list when it is seen next."""
        view = self.views.currentWidget()
        if view is self.list:
            await self.list.read()
        elif view is self._outcome and self._outcome is not None and kinds & {"campaigns", "mail"}:
            await self._outcome.refresh()
        elif view is self._composer and self._composer is not None:
            await self._composer.refresh(kinds)
        elif isinstance(view, LibraryView) and "campaigns" in kinds and not view.is_edited:
            await view.load()

    async def may_leave(self) -> bool:
        """What is being written is saved; only what cannot be saved is asked about."""
        view = self.views.currentWidget()
        if isinstance(view, LibraryView):
            return await view.may_leave()
        if view is not self._composer or self._composer is None or await self._composer.keeper.save():
            return True
        return await confirm(
            self,
            self.tr("Leave without saving?"),
            self.tr("Your last changes to this campaign could not be saved."),
            confirm=self.tr("Leave without saving"),
            cancel=self.tr("Stay here"),
            danger=True,
        )

    def commands(self) -> Sequence[Command]:
        """For the keyboard and the palette; each does what makes sense in the view in front."""
        return (
            Command(self.tr("New campaign"), self.begin, "plus", "Ctrl+N"),
            Command(self.tr("Send campaign"), self.send, "paper-plane-tilt", "Ctrl+Return"),
            Command(self.tr("Save"), self.save, "check", "Ctrl+S"),
            Command(self.tr("Message of the campaign"), lambda: self._tab(MESSAGE), "text-aa", "Alt+1"),
            Command(self.tr("Recipients of the campaign"), lambda: self._tab(AUDIENCE), "users", "Alt+2"),
            Command(self.tr("Preview of the campaign"), lambda: self._tab(PREVIEW), "eye", "Alt+3"),
            Command(self.tr("Send a test"), self.test, "envelope-simple", "Ctrl+Shift+Return"),
            Command(self.tr("Duplicate campaign"), self.duplicate, "copy", "Ctrl+D"),
            Command(self.tr("Delete campaign"), self.list.delete_selected, "trash", "Del"),
            Command(self.tr("Back to the campaigns"), self.back, "arrow-left", "Alt+Left"),
            Command(self.tr("Templates"), self.show_templates, "article"),
            Command(self.tr("Signatures"), self.show_signatures, "pen-nib"),
        )

    def focus_search(self) -> bool:
        """Ctrl+F: the search of the view in front."""
        view = self.views.currentWidget()
        field = self.list.search if view is self.list else None
        if view is self._outcome and self._outcome is not None:
            field = self._outcome.recipients.search
        if field is None:
            return False
        field.setFocus()
        field.selectAll()
        return True

    @classmethod
    def scenes(cls) -> Sequence[Scene]:
        """Every view, on the sample data."""
        return campaign_scenes()

    # Views ----------------------------------------------------------------------------------------------

    @property
    def composer(self) -> Composer:
        """The composer, made when first wanted."""
        if self._composer is None:
            made = self._composer = Composer(self)
            self.views.addWidget(made)
            self._connect_composer(made)
        return self._composer

    @property
    def outcome(self) -> CampaignOutcome:
        """The view of a campaign that is or was sent, made when first wanted."""
        if self._outcome is None:
            made = self._outcome = CampaignOutcome(self)
            self.views.addWidget(made)
            made.head.back_wanted.connect(self.back)
            made.head.copy_wanted.connect(self.duplicate)
            made.head.delete_wanted.connect(self.delete)
            made.became_draft.connect(lambda campaign_id: self.start(self.open_campaign(campaign_id)))
        return self._outcome

    async def open_campaign(self, campaign_id: str) -> None:
        """A draft in the composer, anything else with its figures."""
        if not await self.may_leave():
            return
        try:
            campaign = await self.workspace.campaigns.get(campaign_id)
        except NotFound as error:
            self.shell.toast(self.shell.say(error.what), tone="warning")
            await self.list.read()
            return
        if campaign.is_editable:
            await self.composer.show_campaign(campaign)
            self.views.setCurrentWidget(self.composer)
        else:
            await self.outcome.show_campaign(campaign_id)
            self.views.setCurrentWidget(self.outcome)

    def back(self) -> None:
        """To the list."""
        if self.views.currentWidget() is not self.list:
            self.start(self._back())

    def show_templates(self) -> None:
        """The library of templates."""
        if self._templates is None:
            self._templates = LibraryView(
                self,
                TemplateShelf(self.workspace.templates),
                self.tr("Templates"),
                self.tr("A template is a subject and a message that campaigns can begin with."),
            )
            self._templates.used.connect(lambda key: self.start(self._begin_with(key)))
        self._show_library(self._templates)

    def show_signatures(self) -> None:
        """The library of signatures."""
        if self._signatures is None:
            self._signatures = LibraryView(
                self,
                SignatureShelf(self.workspace.signatures),
                self.tr("Signatures"),
                self.tr("A signature stands under the message: who you are and how you can be reached."),
            )
        self._show_library(self._signatures)

    # What a person asks for -----------------------------------------------------------------------------

    def begin(self) -> None:
        """A new campaign, or a new text of the library in front."""
        view = self.views.currentWidget()
        if isinstance(view, LibraryView):
            view.add()
        else:
            self.start(self._begin())

    def save(self) -> None:
        """Save what is being written, now."""
        view = self.views.currentWidget()
        if isinstance(view, LibraryView):
            view.save()
        elif view is self._composer and self._composer is not None:
            self.start(self._composer.keeper.save())

    def send(self) -> None:
        """Send what is being composed, or the selected draft."""
        view = self.views.currentWidget()
        if view is self._composer:
            self.start(self._send())
        elif view is self.list:
            self.list.open_selected()

    def test(self) -> None:
        """Send a test of what is being composed."""
        if self.views.currentWidget() is self._composer:
            self.start(self._test())

    def duplicate(self) -> None:
        """Copy the campaign in question and open the copy."""
        if campaign_id := self._in_question()[0]:
            actions.duplicate(self, campaign_id, lambda copy: self.start(self.open_campaign(copy)))

    def delete(self) -> None:
        """Delete the campaign in question; it can be undone."""
        campaign_id, name = self._in_question()
        if campaign_id:
            actions.delete(self, campaign_id, name, lambda: self.start(self._deleted()))
        elif self.views.currentWidget() is self._composer:
            # Never saved: there is nothing to delete but what is on the screen.
            self.start(self._to_list())

    # Inside ---------------------------------------------------------------------------------------------

    async def _begin(self) -> None:
        if await self.may_leave():
            await self.composer.show_new(await actions.new_draft(self))
            self.views.setCurrentWidget(self.composer)

    async def _begin_with(self, template_id: str) -> None:
        if await self.may_leave():
            template = await self.workspace.templates.get(template_id)
            await self._begin()
            self.composer.use_content(template.subject, template.content, template.id)

    async def _begin_from_template(self) -> None:
        template = await pick_template(self, replaces=False)
        if template is not None:
            await self._begin_with(template.id)

    async def _send(self) -> None:
        composer = self.composer
        if not await composer.keeper.save():
            return
        if composer.keeper.seen is None:
            self.shell.toast(self.tr("There is nothing to send yet."), tone="warning")
            return
        campaign_id = composer.keeper.seen.id
        if await confirm_and_send(self, campaign_id) is not None:
            await self.outcome.show_campaign(campaign_id)
            self.views.setCurrentWidget(self.outcome)

    async def _test(self) -> None:
        composer = self.composer
        if not await composer.keeper.save():
            return
        if composer.keeper.seen is None:
            self.shell.toast(self.tr("There is nothing to send yet."), tone="warning")
        else:
            shown = composer.preview.picker.customer_id if composer.preview is not None else None
            await send_test(self, composer.keeper.seen.id, shown, self)

    async def _use_template(self) -> None:
        template = await pick_template(self, replaces=bool(self.composer.body.html().strip()))
        if template is not None:
            self.composer.use_content(template.subject, template.content, template.id)

    async def _save_template(self) -> None:
        draft = self.composer.draft()
        title, confirm_text = self.tr("Save as a template"), self.tr("Save the template")
        name = await ask_text(self, title, self.tr("Name"), draft.name, confirm=confirm_text)
        if name is not None:
            work = self.workspace.templates.create(name, draft.subject, draft.content)
            run(self, work, changes=("campaigns",), toast=self.tr("Saved as a template"))

    async def _back(self) -> None:
        if not await self.may_leave():
            return
        left, self._left = self._left, ""
        if left and isinstance(self.views.currentWidget(), LibraryView):
            await self.open_campaign(left)
        else:
            await self._to_list()

    async def _deleted(self) -> None:
        await self._to_list()

    async def _to_list(self) -> None:
        if self._composer is not None:
            self._composer.keeper.begin(None, CampaignDraft(""))
        self.views.setCurrentWidget(self.list)
        await self.list.read()
        self.list.table.setFocus()

    def _in_question(self) -> tuple[str, str]:
        """Id and name of the campaign that a command is about; empty: none."""
        view = self.views.currentWidget()
        if view is self._outcome and self._outcome is not None and self._outcome.summary is not None:
            return self._outcome.campaign_id, self._outcome.summary.name
        if view is self._composer and self._composer is not None and self._composer.keeper.seen is not None:
            return self._composer.keeper.seen.id, self._composer.keeper.seen.name
        selected = self.list.selected if view is self.list else None
        return (selected.id, selected.name) if selected else ("", "")

    def _tab(self, tab: int) -> None:
        if self.views.currentWidget() is self._composer:
            self.composer.show_tab(tab)

    def _open(self, summary: CampaignSummary) -> None:
        self.start(self.open_campaign(summary.id))

    def _show_library(self, view: LibraryView) -> None:
        if self.views.indexOf(view) < 0:
            self.views.addWidget(view)
            view.back_wanted.connect(self.back)
        self.start(self._enter_library(view))

    async def _enter_library(self, view: LibraryView) -> None:
        kept = self._composer.keeper.seen if self.views.currentWidget() is self._composer and self._composer else None
        if await self.may_leave():
            # From a draft one comes back to it.
            self._left = kept.id if kept is not None else ""
            await view.load()
            self.views.setCurrentWidget(view)

    def _connect_list(self) -> None:
        self.list.opened.connect(self._open)
        self.list.new_wanted.connect(self.begin)
        self.list.template_wanted.connect(lambda: self.start(self._begin_from_template()))
        self.list.templates_wanted.connect(self.show_templates)
        self.list.signatures_wanted.connect(self.show_signatures)
        self.list.copy_wanted.connect(lambda _summary: self.duplicate())
        self.list.delete_wanted.connect(lambda _summary: self.delete())

    def _connect_composer(self, composer: Composer) -> None:
        head, side = composer.head, composer.side
        head.back_wanted.connect(self.back)
        head.send_wanted.connect(self.send)
        head.test_wanted.connect(self.test)
        head.copy_wanted.connect(lambda: self.start(self._duplicate_draft()))
        head.delete_wanted.connect(self.delete)
        head.save_as_new_wanted.connect(lambda: self.start(composer.keeper.save_as_new()))
        side.settings_wanted.connect(lambda: self.shell.go("settings"))
        side.signatures_wanted.connect(self.show_signatures)
        side.template_wanted.connect(lambda: self.start(self._use_template()))
        side.save_template_wanted.connect(lambda: self.start(self._save_template()))

    async def _duplicate_draft(self) -> None:
        if await self.composer.keeper.save():
            self.duplicate()
