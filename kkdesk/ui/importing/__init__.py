"""Import and export: `page` leads through the steps (`start`, `columns`, `findings`, `outcome`), `export_dialog` asks
what is written into a file."""
