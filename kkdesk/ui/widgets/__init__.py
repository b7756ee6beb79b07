"""Widgets that pages share. Import from the modules: an import of the package costs nothing.

buttons (button, tool_button), header (PageHeader), state (PageState: content, loading, empty, error), banner (Banner),
chips (FilterChip, TagChip, Pill), search_field (SearchField), form (FormSection, FormRow), figures (FigureTile),
progress (ProgressCard), split (SplitPane), column (Column) and table (DataTable), labels (muted, caption, ...).
"""
