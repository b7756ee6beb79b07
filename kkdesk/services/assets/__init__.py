"""Pictures and files of mails: where they lie, and when they may go."""
