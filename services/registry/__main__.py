"""python -m services.registry serve | relay | checkpoint | compare | deadlines | migrate | reindex | client | ..."""

from services.registry.accounts.commands.first_accounts import account_commands
from services.registry.accounts.commands.first_clients import client_command
from services.registry.main import service
from services.registry.reindexing import reindex_command
from shared.running import run

if __name__ == "__main__":
    run(service, client=client_command(service.record), reindex=reindex_command, **account_commands(service.record))
