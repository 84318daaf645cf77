"""Takes HTML, gives what a browser makes of it: a picture, and the facts about every text and link that is seen."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, sync_playwright

CHROMIUM = shutil.which("chromium")
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: sudo make system")
#: Nothing is fetched, and nothing depends on a graphics card.
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-lcd-text",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
)
#: Comes with Chromium on Debian (fontconfig-config wants fonts-dejavu-core), and has Latin and Arabic letters.
FONT = "DejaVu Sans"
# Small print has a font by its class, and !important as well: only an id weighs more.
_ONE_FONT = f'*:not(#none){{font-family:"{FONT}" !important}}'

_FACTS = """() => {
  const ground = element => {
    for (let e = element; e; e = e.parentElement) {
      const colour = getComputedStyle(e).backgroundColor;
      if (!/^rgba\\(.*, 0\\)$|^transparent$/.test(colour)) return colour;
    }
    return getComputedStyle(document.documentElement).colorScheme.includes('dark')
      && matchMedia('(prefers-color-scheme: dark)').matches ? 'rgb(18, 18, 18)' : 'rgb(255, 255, 255)';
  };
  const box = r => ({left: r.left, top: r.top + scrollY, right: r.right, bottom: r.bottom + scrollY});
  const texts = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    const said = node.data.replace(/[\\s\\u00a0]+/g, ' ').trim(), parent = node.parentElement;
    const range = document.createRange();
    range.selectNodeContents(node);
    const rects = [...range.getClientRects()];
    if (!said || !rects.length || /^(STYLE|SCRIPT|TITLE)$/.test(parent.tagName)) continue;
    const style = getComputedStyle(parent);
    texts.push({said, size: parseFloat(style.fontSize), colour: style.color, ground: ground(parent),
      shown: style.visibility === 'visible' && parseFloat(style.opacity) === 1,
      left: Math.min(...rects.map(r => r.left)), right: Math.max(...rects.map(r => r.right)),
      heading: !!parent.closest('h1, h2, h3')});
  }
  const group = e => e.closest('ol') ? 'glance' : e.closest('h3') ? 'headline'
    : getComputedStyle(e.closest('p, li')).lineHeight === '44px' ? 'footer' : 'line';
  const links = [...document.querySelectorAll('a[href]')].map(a =>
    ({said: a.textContent.trim(), group: group(a), boxes: [...a.getClientRects()].map(box)}));
  const clipped = [...document.body.querySelectorAll('*')].filter(e => {
    const style = getComputedStyle(e);
    return e.getClientRects().length && style.overflow !== 'visible' && style.display !== 'inline'
      && (e.scrollWidth > e.clientWidth || e.scrollHeight > e.clientHeight + 1);
  }).map(e => e.outerHTML.slice(0, 80));
  return {texts, links, clipped, scroll: document.scrollingElement.scrollWidth - innerWidth,
    images: [...document.images].map(i => [i.width, i.height, i.naturalWidth]),
    instead: [...document.images].map(i => ({said: i.alt, colour: getComputedStyle(i).color, ground: ground(i)}))};
}"""
_HAS_FONT = """name => {
  const width = family => {
    const span = document.createElement('span');
    span.style.cssText = `position:absolute;font:80px ${family}`;
    span.textContent = 'mmmmwwwwiiii';
    document.body.append(span);
    const found = span.getBoundingClientRect().width;
    span.remove();
    return found;
  };
  return ['monospace', 'serif'].every(other => width(`"${name}", ${other}`) === width(`"${name}"`))
    && width(`"${name}", monospace`) !== width('monospace');
}"""


@dataclass(frozen=True, kw_only=True)
class Screen:
    """Says how wide a reader's window is, and whether it is night."""

    width: int
    scheme: str = "light"


@dataclass(frozen=True)
class Browser:
    """Shows one page after the other."""

    page: Page

    def show(self, html: str, screen: Screen, *, one_font: bool = False) -> None:
        """Sets a page; `one_font` makes all machines that have `FONT` agree on its lines."""
        self.page.set_viewport_size({"width": screen.width, "height": 800})
        self.page.emulate_media(color_scheme="dark" if screen.scheme == "dark" else "light")
        self.page.set_content(html)
        if one_font:
            self.page.add_style_tag(content=_ONE_FONT)

    def picture(self, html: str, screen: Screen, *, one_font: bool = True) -> Image.Image:
        """The whole page, a pixel of the image for one of CSS."""
        self.show(html, screen, one_font=one_font)
        return Image.open(BytesIO(self.page.screenshot(full_page=True))).convert("RGB")

    def facts(self, html: str, screen: Screen) -> dict[str, Any]:
        """Texts with size, colours and place, links with their boxes, what is clipped, how far the page scrolls."""
        self.show(html, screen)
        found: dict[str, Any] = self.page.evaluate(_FACTS)
        return found

    def has_font(self) -> bool:
        """Whether `FONT` is on this machine."""
        self.page.set_content("<p>x</p>")
        return bool(self.page.evaluate(_HAS_FONT, FONT))


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Starts Chromium with one empty page, offline."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(_FLAGS))
        try:
            yield Browser(chromium.new_context(offline=True).new_page())
        finally:
            chromium.close()
