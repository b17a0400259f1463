"""What admins settle: support channels, and where and how soon people take over."""
