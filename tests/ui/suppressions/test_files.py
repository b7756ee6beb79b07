"""Lists that come from files and go into one."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog

from kkdesk.model.suppression import Reason
from kkdesk.ui.shell import Shell
from kkdesk.ui.suppressions.import_dialog import ImportDialog
from kkdesk.workspace import Workspace
from tests.services.suppressions import suppressed
from tests.ui.conftest import Run
from tests.ui.suppressions.pages import closed, opened, rows, texts, toasts_of, until
from tests.ui.test_dialogs import when_open


def test_a_file_is_shown_before_it_is_listed(run: Run, shell: Shell, workspace: Workspace, tmp_path: Path) -> None:
    async def go() -> None:
        await suppressed(workspace, "old@x.gr", "manual")
        path = tmp_path / "λίστα.csv"
        path.write_text("Όνομα;E-mail\nΑ;a@x.gr\nΒ;old@x.gr\nΓ;\n", encoding="cp1253")
        page = await opened(shell)
        seen: list[list[str]] = []

        async def follow(dialog: ImportDialog) -> None:
            await until(lambda: dialog.stack.currentIndex() == 1)
            seen.append(texts(dialog))
            assert dialog.wrong_lines.toPlainText() == "Line 4: Γ"
            dialog.note.setText("λογιστήριο")
            dialog.run_button.click()
            await until(lambda: dialog.stack.currentIndex() == 3)
            seen.append([dialog.outcome.text])
            dialog.close_button.click()

        def found(dialog: QDialog) -> None:
            assert isinstance(dialog, ImportDialog)
            page.start(follow(dialog))

        when_open(found)
        await page.come_forward(path)
        await page.settled()
        assert "The addresses are those of the column “E-mail”." in seen[0]
        assert seen[1] == ["1 address will not be mailed any more. 1 had been on the list before."]
        assert {row[0] for row in rows(page)} == {"a@x.gr", "old@x.gr"}
        await closed(page)

    run(go())


@pytest.mark.parametrize("content", ["Όνομα;Πόλη\nΑ;Βόλος\n", ""])
def test_a_file_without_addresses_says_why(
    run: Run, shell: Shell, workspace: Workspace, tmp_path: Path, content: str
) -> None:
    async def go() -> None:
        path = tmp_path / "a.csv"
        path.write_text(content, encoding="utf-8")
        page = await opened(shell)
        said: list[str] = []

        async def follow(dialog: ImportDialog) -> None:
            await until(lambda: dialog.stack.currentIndex() == 2)
            said.append(dialog.trouble.text)
            dialog.close_button.click()

        when_open(lambda dialog: page.start(follow(dialog)))  # type: ignore[arg-type]
        await page.come_forward(path)
        await page.settled()
        assert said[0] and page.listing.model.rowCount() == 0
        await closed(page)

    run(go())


def test_reading_a_file_is_called_off(run: Run, shell: Shell, tmp_path: Path) -> None:
    async def go() -> None:
        path = tmp_path / "a.csv"
        path.write_text("a@x.gr\n", encoding="utf-8")
        page = await opened(shell)
        when_open(lambda dialog: dialog.reject())
        await page.come_forward(path)
        await page.settled()
        assert page.listing.model.rowCount() == 0
        await closed(page)

    run(go())


def test_what_is_shown_is_written(
    run: Run, shell: Shell, workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out.csv"

    async def chosen(*_args: object) -> Path:
        return target

    monkeypatch.setattr("kkdesk.ui.suppressions.actions.choose_new_file", chosen)

    async def go() -> None:
        await suppressed(workspace, "a@x.gr", "manual")
        await suppressed(workspace, "b@y.gr", "complaint")
        toasts = toasts_of(shell)
        page = await opened(shell)
        page.listing.show_reason(Reason.COMPLAINT)
        await page.settled()
        page.export()
        await page.settled()
        assert "b@y.gr" in target.read_text("utf-8-sig") and "a@x.gr" not in target.read_text("utf-8-sig")
        assert toasts[0].text == "1 address written to out.csv"
        await closed(page)

    run(go())
