"""python -m services.registry serve | relay | consume | checkpoint | compare | deadlines | migrate | client"""

from services.registry.institutions.commands.first_clients import make_client
from services.registry.main import service
from shared.running import run

if __name__ == "__main__":
    run(service, client=make_client)
