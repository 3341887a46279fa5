"""A kind of screen: a browser context, and the page in it that goes from one reader to the next."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import BrowserContext, Page

# What a page can be told after it was made, and what holds where a test says nothing.
MEDIA = {"color_scheme": "light", "reduced_motion": "no-preference", "forced_colors": "none"}
# After a call of one of these a page is no longer like a new one.
LASTING = ("add_init_script", "emulate_media", "expose_function", "on", "route", "set_default_timeout")
OUTSIDE = (-9, -9)


class Device:
    """Half of the time that opening a page takes is its new process: where a page can be used again, it is."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.page: Page | None = None
        self.changed = False
        self.listeners: list[tuple[str, Callable[..., None]]] = []
        self._note(context, "new_cdp_session")

    def new_reader(self, origin: str, width: int, height: int, media: dict[str, str]) -> Page:
        """A page of somebody who was never at `origin`, without a history."""
        if self.page is None:
            self.page = self.context.new_page()
            self.page.goto(f"{origin}/favicon.svg")
            for name in LASTING:
                self._note(self.page, name)
        page = self.page
        session = BrowserContext.new_cdp_session(self.context, page)
        session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
        session.send("Page.resetNavigationHistory")
        session.detach()
        page.evaluate("sessionStorage.clear()")
        page.set_viewport_size({"width": width, "height": height})
        Page.emulate_media(page, **{**MEDIA, **media})  # type: ignore[arg-type]
        self.changed = False
        return page

    def listen(self, event: str, listener: Callable[..., None]) -> None:
        """Until the reader leaves."""
        assert self.page
        Page.on(self.page, event, listener)  # type: ignore[call-overload]
        self.listeners.append((event, listener))

    def leave(self, origin: str) -> None:
        """The reader goes; what went on in the page ends."""
        assert self.page
        for event, listener in self.listeners:
            self.page.remove_listener(event, listener)
        self.listeners.clear()
        if self.changed or self.page.is_closed():
            page, self.page = self.page, None  # also where closing it fails: its routes are nobody else's
            page.close()
        else:
            self.page.mouse.move(*OUTSIDE)
            self.page.goto(f"{origin}/favicon.svg")

    def _note(self, of: Any, name: str) -> None:
        """From now on a call of a method is noted."""
        method = getattr(of, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            self.changed = True
            return method(*args, **kwargs)

        setattr(of, name, call)
