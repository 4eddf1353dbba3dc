"""Settings of Superset on this machine; `yutang bi` sets the variables that are read here.

Belongs here: what Superset reads at its start. Does not belong here: dashboards (bi/superset).
"""

import os
from pathlib import Path

SECRET_KEY = Path(os.environ["YUTANG_SUPERSET_KEY"]).read_text(encoding="utf-8").strip()
SQLALCHEMY_DATABASE_URI = f"sqlite:///{os.environ['YUTANG_SUPERSET_HOME']}/superset.db"
DATA_DIR = os.environ["YUTANG_SUPERSET_HOME"]
APP_NAME = "Yutang"

# A new publish is seen at once: the published file is small to read and nothing is remembered of it.
_NONE = {"CACHE_TYPE": "NullCache"}
CACHE_CONFIG = _NONE
DATA_CACHE_CONFIG = _NONE

# One person's server on one machine: no queue, no mail, no limits kept elsewhere.
RATELIMIT_ENABLED = False
FEATURE_FLAGS = {"DASHBOARD_VIRTUALIZATION": False}  # all charts are there, also when it is printed
FAB_ADD_SECURITY_API = False
ENABLE_PROXY_FIX = False

# Plain http on the loopback address; the browser may load nothing from elsewhere. (Superset's own policy
# lets its pages report to an analytics service.)
TALISMAN_ENABLED = True
TALISMAN_CONFIG = {
    "content_security_policy": {
        "base-uri": ["'self'"],
        "default-src": ["'self'"],
        "img-src": ["'self'", "blob:", "data:"],
        "worker-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "object-src": "'none'",
        "style-src": ["'self'", "'unsafe-inline'"],
        "script-src": ["'self'", "'strict-dynamic'"],
    },
    "content_security_policy_nonce_in": ["script-src"],
    "force_https": False,
    "session_cookie_secure": False,
}
SESSION_COOKIE_SAMESITE = "Lax"
