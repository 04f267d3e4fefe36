"""Lists as files from the command line (导出): what the services give this client, written for its owner alone."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from shared.cli.client import ApiClient, Refused, body_of

OF_ITS_OWNER = 0o600


def form_of(path: Path, *, gb18030: bool) -> str:
    """The form that a file's name asks for."""
    forms = {".xlsx": "xlsx", ".csv": "csv_gb18030" if gb18030 else "csv"}
    if path.suffix.lower() not in forms:
        raise Refused("文件名须以 .xlsx 或 .csv 结尾 · The file's name has to end in .xlsx or .csv")
    return forms[path.suffix.lower()]


def export_registrations(client: ApiClient, path: Path, wanted: Mapping[str, Any]) -> str:
    """Registrations into a file; the number of the copy, by which the trail knows it."""
    given = {name: value for name, value in wanted.items() if value is not None}
    with client.client("registry") as registry:
        return _kept(registry, path, registry.build_request("POST", "/v1/registrations/exports", json=given))


def export_progress(client: ApiClient, path: Path, form: str, wanted: Mapping[str, Any]) -> str:
    """Progress into a file; the number of the copy, by which the log knows it."""
    given = {name: value for name, value in wanted.items() if value is not None}
    with client.client("quota") as quota:
        return _kept(quota, path, quota.build_request("GET", f"/v1/progress.{form}", params=given))


def _kept(service: httpx.Client, path: Path, request: httpx.Request) -> str:
    """The answer, part by part, in a file that others may not read; one that is there already is not written over."""
    answer = service.send(request, stream=True)
    try:
        if not answer.is_success:
            answer.read()
            body_of(answer)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OF_ITS_OWNER), "wb") as file:
            for part in answer.iter_bytes():
                file.write(part)
    except FileExistsError:
        raise Refused(f"{path} 已存在 · {path} is there already") from None
    except (OSError, httpx.TransportError):
        path.unlink(missing_ok=True)  # half a list is none
        raise
    finally:
        answer.close()
    return answer.headers["X-Copy-Number"]
