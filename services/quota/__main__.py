"""python -m services.quota serve | relay | consume | sweep | daily | migrate"""

from services.quota.main import service
from shared.running import run

if __name__ == "__main__":
    run(service)
