"""What is wrong with the page that a browser shows: for those who see it badly, on narrow windows, in the dark."""

import json
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WIDE, MIDDLE, NARROW = 1440, 820, 390
HEIGHT = 900
SERIOUS = ("serious", "critical")
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EVERY_RULE = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]}
AGAIN = {"runOnly": {"type": "rule", "values": ["color-contrast", "target-size"]}, "resultTypes": ["violations"]}
RUN = "options => axe.run(document, options).then(found => found.violations)"

# What stands out over the right edge of the window, and whose text is cut off. What scrolls by itself may be wider.
MEASURE = """() => {
  const root = document.documentElement;
  const scrolls = e => e !== root && e !== document.body && ["auto", "scroll"].includes(getComputedStyle(e).overflowX);
  const within = e => { while ((e = e.parentElement)) if (scrolls(e)) return true; return false; };
  const text = e => e.textContent.trim().replace(/\\s+/g, " ").slice(0, 40);
  const said = e => `<${e.tagName.toLowerCase()} ${e.className}> ${text(e)}`;
  const shown = [...document.querySelectorAll("body *")].filter(e => e.checkVisibility({visibilityProperty: true})
    && !e.closest(".hidden, .skip, thead, svg, option"));
  const over = shown.filter(e => e.getBoundingClientRect().right > root.clientWidth + 0.5 && !within(e));
  const cut = shown.filter(e => !scrolls(e) && e.textContent.trim() && !e.matches("select, textarea")
    && (getComputedStyle(e).overflowX !== "visible" || e.matches("button, .action, .second"))
    && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1));
  const wide = root.scrollWidth > root.clientWidth ? [`the page is ${root.scrollWidth} wide`] : [];
  return [...wide, ...over.slice(0, 3).map(e => "over the edge: " + said(e)),
    ...cut.slice(0, 3).map(e => "cut off: " + said(e))];
}"""


def faults_of(page: Page) -> list[str]:
    """Everything that is wrong with the page as it is, at three widths, in the light and in the dark."""
    page.emulate_media(color_scheme="light")
    page.evaluate(Axe().axe_script)
    faults = _broken(page, EVERY_RULE)
    faults += widths_of(page)
    page.emulate_media(color_scheme="dark")
    faults += [f"in the dark, at {NARROW}: {each}" for each in _broken(page, AGAIN)]  # the last width is the phone's
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": WIDE, "height": HEIGHT})
    return faults


def widths_of(page: Page) -> list[str]:
    """What does not fit into the window at one of three widths; the last one stays."""
    faults: list[str] = []
    for width in (WIDE, MIDDLE, NARROW):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        faults += [f"at {width}: {each}" for each in page.evaluate(MEASURE)]
    return faults


def _broken(page: Page, options: dict[str, Any]) -> list[str]:
    """The rules of axe that the page breaks seriously, with the first places."""
    found = page.evaluate(RUN, options)
    return [
        f"{each['id']}: {json.dumps([node['html'][:160] for node in each['nodes'][:3]], ensure_ascii=False)}"
        for each in found
        if each["impact"] in SERIOUS
    ]
