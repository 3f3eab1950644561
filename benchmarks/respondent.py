"""One complete response to the shipped weekly survey, as a browser sends it, over a plain socket."""

import http.client
import re
from urllib.parse import urlencode

PAGES = {
    1: {"organisation": "Bench {n}", "area": "hackney", "communities": ["asian", "low-income"]},
    2: {
        "saying": "The GP form is online only and our elders have no e-mail. Bills have doubled.",
        "issues": ["money-work"],
        "direction": "worse",
        "need": "A person to help with forms",
        "heard_rumour": "no",
    },
    3: {"demand": "more", "demand_people": "40", "capacity": "stretched", "works": "Tea", "quote": "yes"},
}
REQUESTS = 9  # open, three pages with three redirects, send, receipt


class Respondent:
    """A browser that keeps its connection and its cookies."""

    def __init__(self, host: str, port: int):
        self.connection = http.client.HTTPConnection(host, port, timeout=30)
        self.cookies: dict[str, str] = {}
        self.received = 0
        self.seconds: list[float] = []

    def ask(self, method: str, path: str, form: dict | None = None) -> tuple[int, str, str]:
        """(status, where it redirects to, body), the body as text; redirects are not followed."""
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        body = None
        if form is not None:
            body = urlencode(form, doseq=True)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        content = response.read()
        self.received += len(content)
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.split(";")[0].partition("=")
            self.cookies[name] = value
        return response.status, response.headers.get("Location", ""), content.decode()

    def complete(self, number: int, clock) -> str:
        """Answer the whole survey; the reference on the receipt. `clock` times each request."""
        self.cookies.clear()
        _, _, page = self.timed(clock, "GET", "/s/weekly")
        for place, answers in PAGES.items():
            form = {f"q-{name}": value for name, value in answers.items()}
            if place == 1:
                form["q-organisation"] = answers["organisation"].format(n=number)
            form["csrf_token"] = hidden(page, "csrf_token")
            form["shown"] = hidden(page, "shown")
            status, where, page = self.timed(clock, "POST", f"/s/weekly/{place}", form)
            if status != 303:
                raise RuntimeError(f"page {place} answered {status}")
            _, _, page = self.timed(clock, "GET", where)
        status, where, _ = self.timed(
            clock, "POST", "/s/weekly/send", {"csrf_token": hidden(page, "csrf_token")}
        )
        _, _, page = self.timed(clock, "GET", where)
        found = re.search(r"CV-\w{4}-\w{4}", page)
        if not found:
            raise RuntimeError("no receipt")
        return found[0]

    def timed(self, clock, *request):
        start = clock()
        answer = self.ask(*request)
        self.seconds.append(clock() - start)
        return answer


def hidden(page: str, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]*)"', page)[1]
