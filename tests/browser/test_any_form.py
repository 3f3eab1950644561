"""Any form by keyboard alone, and without JavaScript, in a left-to-right and a right-to-left language."""

import pytest

from tests.factories import form, publish

NEXT = "main form#page .actions button"


@pytest.mark.parametrize("language", ["en", "ar"])
def test_without_javascript(site, browser, language):
    publish(form("repeats"))
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(f"{site}/s/repeats?lang={language}")
    page.click("button[name=add]")
    page.fill("#q-child", "Bo")
    page.fill("#q-age", "4")
    page.click(NEXT)
    page.click("main .actions button[name=go]")
    page.fill("#q-number", "1")
    page.click(NEXT)
    page.fill("#q-place", "GP")
    page.click(NEXT)
    assert "4" in page.inner_text(".note")
    page.click(NEXT)
    page.click("main form .actions button")
    assert page.locator(".reference").count() == 1
    context.close()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_by_keyboard_alone(site, browser, language):
    publish(form("repeats"))
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{site}/s/repeats?lang={language}")

    def reach(selector):
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("s => document.activeElement.matches(s)", selector):
                return
        raise AssertionError(f"{selector} can't be reached")

    def go_on(key="Enter"):
        with page.expect_navigation():
            page.keyboard.press(key)

    reach("button[name=add]")
    go_on()
    reach("#q-child")
    page.keyboard.type("Bo")
    go_on()  # goes on, whatever button stands first in the page
    assert page.locator(".added li").count() == 1
    reach(".actions button[name=go]")
    go_on("Space")
    reach("#q-number")
    go_on()
    reach(NEXT)
    go_on()
    reach("main form .actions button")
    go_on()
    assert page.locator(".reference").count() == 1
    context.close()
