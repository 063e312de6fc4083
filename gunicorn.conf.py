"""How gunicorn serves the product; it reads this file by itself where it is started: `gunicorn app:app`."""

import gc
import os

from gunicorn.arbiter import Arbiter

from cnapp.web.warming import warm_up

bind = f"127.0.0.1:{os.environ.get('PORT', '5000')}"
workers = 2
worker_class = "gthread"
threads = 2
"""More would wait for one another, with the database locked meanwhile; more processes serve more people."""
preload_app = True
keepalive = 75
control_socket_disable = True


def when_ready(server: Arbiter) -> None:
    """Before the first worker is made: what is ready now is in memory once."""
    warm_up(server.app.wsgi())
    gc.collect()
    gc.freeze()
