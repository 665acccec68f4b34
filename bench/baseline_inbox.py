"""The first page of the inbox as a developer would write it by hand: one query, one page of HTML, no sign-in, no counts, no rights.

BENCH_DATABASE=sqlite:PATH or postgresql://…   uvicorn baseline_inbox:app
"""

import contextlib
import html
import os
import sqlite3

import asyncpg
import fastapi
from fastapi.responses import HTMLResponse

DATABASE = os.environ["BENCH_DATABASE"]
QUERY = (
    "SELECT v.id, c.name, v.last_preview, v.last_message_at, v.unread FROM conversations v "
    "JOIN contacts c ON c.workspace_id = v.workspace_id AND c.id = v.contact_id "
    "WHERE v.workspace_id = (SELECT id FROM workspaces) AND v.state = 'open' ORDER BY v.last_message_at DESC, v.id DESC LIMIT 40"
)


@contextlib.asynccontextmanager
async def lifespan(app: fastapi.FastAPI):
    if DATABASE.startswith("sqlite:"):
        connection = sqlite3.connect(f"file:{DATABASE.removeprefix('sqlite:')}?mode=ro", uri=True)
        app.state.rows = lambda: connection.execute(QUERY).fetchall()
        yield
    else:
        async with asyncpg.create_pool(DATABASE, min_size=2, max_size=4) as pool:
            app.state.rows = lambda: pool.fetch(QUERY)
            yield


app = fastapi.FastAPI(lifespan=lifespan)


@app.get("/ready")
async def ready() -> dict:
    return {}


@app.get("/inbox", response_class=HTMLResponse)
async def inbox() -> str:
    rows = app.state.rows()
    rows = rows if isinstance(rows, list) else await rows
    lines = (
        f'<li id="{row[0]}"><a href="/inbox/{row[0]}"><b>{html.escape(row[1] or "")}</b><time>{row[3]}</time>'
        f"<span>{html.escape(row[2] or '')}</span><i>{row[4]}</i></a></li>"
        for row in rows
    )
    return f"<!doctype html><title>Inbox</title><ul>{''.join(lines)}</ul>"
