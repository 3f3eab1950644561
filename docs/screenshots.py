"""Make the pictures of the README from the running demo: `.venv/bin/python docs/screenshots.py`."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
PORT = 5077
SITE = f"http://127.0.0.1:{PORT}"


def main():
    with tempfile.TemporaryDirectory() as folder:
        environ = {**os.environ, "DATABASE_URL": f"sqlite:///{folder}/demo.sqlite", "PYTHONUNBUFFERED": "1"}
        log = Path(folder, "log")
        command = [Path(sys.executable).with_name("flask"), "demo", "--port", str(PORT)]
        with log.open("w") as output:
            server = subprocess.Popen(command, env=environ, cwd=HERE.parent, stdout=output, stderr=output)
            try:
                wait()
                take(re.search(r"password (\S+)", log.read_text())[1])
            finally:
                server.terminate()
                server.wait()


def wait():
    for _ in range(120):
        try:
            urllib.request.urlopen(SITE)
            return
        except OSError:
            time.sleep(0.5)
    raise SystemExit("the demo did not start")


def take(password: str):
    with sync_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        phone = browser.new_page(viewport={"width": 360, "height": 720})
        for language in ("en", "ar"):
            phone.goto(f"{SITE}/s/weekly?lang={language}")
            phone.screenshot(path=HERE / f"survey-{language}.png")
        laptop = browser.new_page(viewport={"width": 1280, "height": 900})
        laptop.goto(f"{SITE}/map")
        laptop.fill("#email", "analyst@demo.example")
        laptop.fill("#password", password)
        laptop.click("main button.button")
        laptop.goto(f"{SITE}/review?theme=digital-exclusion")
        laptop.screenshot(path=HERE / "review.png")
        laptop.goto(f"{SITE}/map?family=information-access&period=12")
        laptop.screenshot(path=HERE / "map.png", full_page=True)
        browser.close()


if __name__ == "__main__":
    main()
