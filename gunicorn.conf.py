"""How the server runs. Every value follows from the settings (community/config.py) or carries its reason here."""

import gc
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from community.config import settings
from community.core.supervisor import SOCKET_VARIABLE

values = settings()  # refuses a public address without a proxy: a slow client could hold every thread

wsgi_app = "wsgi:app"
bind = f"fd://{os.environ[SOCKET_VARIABLE]}" if SOCKET_VARIABLE in os.environ else f"{values['HOST']}:{values['PORT']}"

# Two processes use two cores, which threads alone cannot, and one lives on when the other is killed. Each makes its
# own app (no preloading): no database connection, lock or thread is ever shared over a fork.
worker_class = "gthread"
workers = values["WORKERS"]
threads = values["THREADS"]

timeout = 30
graceful_timeout = 10
keepalive = 5
max_requests = 10_000
max_requests_jitter = 1_000

# The heartbeat is a file: in memory, so that a busy disk never looks like a dead process.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108
control_socket_disable = True  # nobody is to steer the server through a file in somebody's home

# The app itself counts the proxies in front (TRUSTED_PROXIES); the server believes no forwarded header.
forwarded_allow_ips = ""

accesslog = None  # it would hold visitors' addresses; the proxy in front keeps one if the operator wants it
errorlog = "-"
loglevel = "warning"


NEW_OBJECTS, YOUNG_ROUNDS, OLD_ROUNDS = 50_000, 20, 20


def post_worker_init(_worker: object) -> None:
    """Python looks for rings of garbage after every few hundred new objects. A page makes thousands and hardly a ring, and
    what is kept between pages is looked through each time: a tenth of a search."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, YOUNG_ROUNDS, OLD_ROUNDS)
