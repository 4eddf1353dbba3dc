"""`yutang app`: the page for operators, served on this machine."""

import os
import socket
import sys

from orchestration.commands.terminal import console
from orchestration.lib.errors import YutangError
from orchestration.lib.home import PROJECT_DIR, Home
from orchestration.lib.publish.reading import open_published

LOOPBACK = "127.0.0.1"
# Nothing is sent anywhere and nothing is watched; errors are told in the log, not to the reader.
SETTINGS = {
    "browser.gatherUsageStats": "false",
    "client.showErrorDetails": "none",
    "client.showSidebarNavigation": "false",
    "client.toolbarMode": "minimal",
    "server.fileWatcherType": "none",
    "server.headless": "true",
    "theme.base": "light",
    "theme.primaryColor": "#2f6f8f",
    "theme.textColor": "#1d2930",
    "theme.font": "system-ui, -apple-system, 'Segoe UI', 'PingFang SC', 'Microsoft YaHei', "
    "'Noto Sans CJK SC', 'WenQuanYi Micro Hei', 'WenQuanYi Zen Hei', sans-serif",
}


class AppError(YutangError):
    """The page cannot be served; the message says why."""


def serve(*, host: str, port: int) -> None:
    """Replace this process by Streamlit, which serves the page.

    Raises:
        NothingPublishedError: If nothing was published yet.
        AppError: If the port is taken or the address is not this machine's.
    """
    home = Home.from_environment()
    with open_published(home):
        pass
    try:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        raise AppError(
            f"cannot serve on {host}:{port}: {error.strerror}; choose another --port"
        ) from error
    if host != LOOPBACK:
        console().print(f"The page has no sign-in: whoever reaches {host} sees it.", style="yellow")
    console().print(f"The page for operators: http://{host}:{port} (Ctrl-C stops it)")
    sys.stdout.flush()
    os.environ.update(home.environment())
    os.chdir(PROJECT_DIR)
    os.execv(sys.executable, [sys.executable, *arguments(host, port)])


def arguments(host: str, port: int) -> list[str]:
    """Arguments of Python that serve the page."""
    settings = SETTINGS | {
        "server.address": host,
        "browser.serverAddress": host,
        "server.port": str(port),
    }
    page = PROJECT_DIR / "orchestration" / "app" / "main.py"
    flags = [f"--{name}={value}" for name, value in settings.items()]
    return ["-m", "streamlit", "run", str(page), *flags]
