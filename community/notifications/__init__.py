"""Who hears of what: follows, notifications, mails."""
