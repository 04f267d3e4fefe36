"""python -m services.registry serve | relay | checkpoint | compare | deadlines | migrate | client | account"""

from services.registry.accounts.commands.first_accounts import account_commands
from services.registry.accounts.commands.first_clients import client_command
from services.registry.main import service
from shared.running import run

if __name__ == "__main__":
    run(service, client=client_command(service.record), **account_commands(service.record))
