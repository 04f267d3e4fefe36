import uvicorn
from fastapi import FastAPI
from shared.config import settings
from shared.running import end_with_supervisor
app = FastAPI()
@app.get("/readyz")
def r(): return {}
end_with_supervisor()
uvicorn.run(app, host=settings().host, port=settings().port("portal"), log_level="warning")
