"""The bot's database: tables, migrations, transactions."""
