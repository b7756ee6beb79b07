"""The campaigns page: list, composer, what became of a campaign, templates and signatures, one view at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from kkdesk.model.campaign import CampaignDraft
from kkdesk.model.errors import NotFound
from kkdesk.model.rights import Action
from kkdesk.ui.campaigns import actions
from kkdesk.ui.campaigns.composing.tabs import AUDIENCE, MESSAGE, PREVIEW
from kkdesk.ui.campaigns.views import CampaignViews
from kkdesk.ui.changes import Kinds
from kkdesk.ui.dialogs import ask_text, confirm
from kkdesk.ui.operation import run
from kkdesk.ui.page import Command, Page
from kkdesk.ui.rights import allowed
from kkdesk.ui.scene import Scene
from kkdesk.ui.shell import Shell

if TYPE_CHECKING:
    from kkdesk.ui.campaigns.composing.composer import Composer
    from kkdesk.ui.campaigns.library.make import Kind
    from kkdesk.ui.campaigns.outcome.view import CampaignOutcome


class CampaignsPage(Page):
    """Write, choose, look, send, follow."""

    shows = frozenset({"campaigns", "mail", "customers", "tags", "segments", "settings"})

    def __init__(self, shell: Shell, parent: QWidget | None = None) -> None:
        """The list alone; other views are made when first wanted."""
        super().__init__(shell, parent)
        self.views = CampaignViews(self)
        self.list = self.views.list
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
        if target == "new" and allowed(self.shell, Action.EDIT_CAMPAIGNS):
            await self._begin()
        elif target == "new":
            return
        elif isinstance(target, str):
            await self.open_campaign(target)

    async def refresh(self, kinds: Kinds) -> None:
        """Something changed, here or elsewhere: the view in front is read again, others when they are seen next."""
        views = self.views
        if views.is_listing:
            await self.list.read()
        elif views.following is not None and kinds & {"campaigns", "mail"}:
            await views.following.refresh()
        elif views.composing is not None:
            await views.composing.refresh(kinds)
        elif views.editing is not None and "campaigns" in kinds and not views.editing.is_edited:
            await views.editing.load()

    async def may_leave(self) -> bool:
        """What is being written is saved; only what cannot be saved is asked about."""
        if self.views.editing is not None:
            return await self.views.editing.may_leave()
        composer = self.views.composing
        if composer is None or await composer.keeper.save():
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
        field = self.list.search if self.views.is_listing else None
        if self.views.following is not None:
            field = self.views.following.recipients.search
        if field is None:
            return False
        field.setFocus()
        field.selectAll()
        return True

    @classmethod
    def scenes(cls) -> Sequence[Scene]:
        """Every view, on the sample data."""
        from kkdesk.ui.campaigns.scenes import campaign_scenes

        return campaign_scenes()

    # Views ----------------------------------------------------------------------------------------------

    @property
    def composer(self) -> Composer:
        """The composer. Raises `RuntimeError` before the first draft has been opened."""
        return self.views.composer

    @property
    def outcome(self) -> CampaignOutcome:
        """The view of a campaign that is or was sent. Raises `RuntimeError` before the first has been opened."""
        return self.views.outcome

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
            composer = await self._composer()
            await composer.show_campaign(campaign)
            self.views.setCurrentWidget(composer)
        else:
            await self._show_outcome(campaign_id)

    def back(self) -> None:
        """To the list."""
        if not self.views.is_listing:
            self.start(self._back())

    def show_templates(self) -> None:
        """The library of templates."""
        self.start(self._enter_library("templates"))

    def show_signatures(self) -> None:
        """The library of signatures."""
        self.start(self._enter_library("signatures"))

    # What a person asks for -----------------------------------------------------------------------------

    def begin(self) -> None:
        """A new campaign, or a new text of the library in front."""
        if not allowed(self.shell, Action.EDIT_CAMPAIGNS):
            return
        if self.views.editing is not None:
            self.views.editing.add()
        else:
            self.start(self._begin())

    def save(self) -> None:
        """Save what is being written, now."""
        if self.views.editing is not None:
            self.views.editing.save()
        elif self.views.composing is not None:
            self.start(self.views.composing.keeper.save())

    def send(self) -> None:
        """Send what is being composed, or open the selected draft."""
        if self.views.composing is not None:
            self.start(self._send(self.views.composing))
        elif self.views.is_listing:
            self.list.open_selected()

    def test(self) -> None:
        """Send a test of what is being composed."""
        if self.views.composing is not None:
            self.start(self._test(self.views.composing))

    def duplicate(self) -> None:
        """Copy the campaign in question and open the copy."""
        if campaign_id := self._in_question()[0]:
            actions.duplicate(self, campaign_id, lambda copy: self.start(self.open_campaign(copy)))

    def delete(self) -> None:
        """Delete the campaign in question; it can be undone."""
        campaign_id, name = self._in_question()
        if campaign_id:
            actions.delete(self, campaign_id, name, lambda: self.start(self._to_list()))
        elif self.views.composing is not None:
            # Never saved: there is nothing to delete but what is on the screen.
            self.start(self._to_list())

    # Inside ---------------------------------------------------------------------------------------------

    async def _begin(self) -> None:
        if await self.may_leave():
            composer = await self._composer()
            await composer.show_new(await actions.new_draft(self))
            self.views.setCurrentWidget(composer)

    async def _begin_with(self, template_id: str) -> None:
        if await self.may_leave():
            template = await self.workspace.templates.get(template_id)
            await self._begin()
            self.composer.use_content(template.subject, template.content, template.id)

    async def _begin_from_template(self) -> None:
        from kkdesk.ui.campaigns.library.pick import pick_template

        template = await pick_template(self, replaces=False)
        if template is not None:
            await self._begin_with(template.id)

    async def _send(self, composer: Composer) -> None:
        from kkdesk.ui.campaigns.sending.flow import confirm_and_send

        if not await composer.keeper.save():
            return
        if composer.keeper.seen is None:
            self.shell.toast(self.tr("There is nothing to send yet."), tone="warning")
            return
        campaign_id = composer.keeper.seen.id
        if await confirm_and_send(self, campaign_id) is not None:
            await self._show_outcome(campaign_id)

    async def _test(self, composer: Composer) -> None:
        from kkdesk.ui.campaigns.sending.flow import send_test

        if not await composer.keeper.save():
            return
        if composer.keeper.seen is None:
            self.shell.toast(self.tr("There is nothing to send yet."), tone="warning")
            return
        shown = composer.preview.picker.customer_id if composer.preview is not None else None
        await send_test(self, composer.keeper.seen.id, shown, self)

    async def _use_template(self) -> None:
        from kkdesk.ui.campaigns.library.pick import pick_template

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

    async def _duplicate_draft(self) -> None:
        if await self.composer.keeper.save():
            self.duplicate()

    async def _back(self) -> None:
        if not await self.may_leave():
            return
        left, self._left = self._left, ""
        if left and self.views.editing is not None:
            await self.open_campaign(left)
        else:
            await self._to_list()

    async def _to_list(self) -> None:
        if self.views.composing is not None:
            self.views.composing.keeper.begin(None, CampaignDraft(""))
        self.views.setCurrentWidget(self.list)
        await self.list.read()
        self.list.table.setFocus()

    async def _show_outcome(self, campaign_id: str) -> None:
        outcome, is_new = await self.views.make_outcome()
        if is_new:
            self._connect_outcome(outcome)
        await outcome.show_campaign(campaign_id)
        self.views.setCurrentWidget(outcome)

    async def _enter_library(self, kind: Kind) -> None:
        kept = self.views.composing.keeper.seen if self.views.composing is not None else None
        if not await self.may_leave():
            return
        library, is_new = await self.views.make_library(kind)
        if is_new:
            library.back_wanted.connect(self.back)
            library.used.connect(lambda key: self.start(self._begin_with(key)))
        # From a draft one comes back to it.
        self._left = kept.id if kept is not None else ""
        await library.load()
        self.views.setCurrentWidget(library)

    async def _composer(self) -> Composer:
        composer, is_new = await self.views.make_composer()
        if is_new:
            self._connect_composer(composer)
        return composer

    def _in_question(self) -> tuple[str, str]:
        """Id and name of the campaign that a command is about; empty: none."""
        outcome, composer = self.views.following, self.views.composing
        if outcome is not None and outcome.summary is not None:
            return outcome.campaign_id, outcome.summary.name
        if composer is not None and composer.keeper.seen is not None:
            return composer.keeper.seen.id, composer.keeper.seen.name
        selected = self.list.selected if self.views.is_listing else None
        return (selected.id, selected.name) if selected else ("", "")

    def _tab(self, tab: int) -> None:
        if self.views.composing is not None:
            self.views.composing.show_tab(tab)

    def _connect_list(self) -> None:
        self.list.opened.connect(lambda summary: self.start(self.open_campaign(summary.id)))
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

    def _connect_outcome(self, outcome: CampaignOutcome) -> None:
        outcome.head.back_wanted.connect(self.back)
        outcome.head.copy_wanted.connect(self.duplicate)
        outcome.head.delete_wanted.connect(self.delete)
        outcome.became_draft.connect(lambda campaign_id: self.start(self.open_campaign(campaign_id)))
