"""The look: tokens, the style sheet made of them, icons, and which of light and dark is in force."""
