"""The colours of the app, to be chosen from in the settings. No state is told by colour alone.

Text stands out from its ground by 4.5 : 1 at least (WCAG AA), in the theme for bad eyes, bad screens and
sunlight by 7 : 1 (AAA). Textual's own themes go down to 3.2 : 1.
"""

from __future__ import annotations

from textual.theme import Theme

THEME = "theme"
"""The setting that remembers the chosen theme; "" is the first."""

_DARK = Theme(
    name="dark",
    primary="#0178d4",
    secondary="#004578",
    warning="#ffa62b",
    error="#ba3c5b",
    success="#4ebf71",
    accent="#ffa62b",
    foreground="#e0e0e0",
    background="#121212",
    surface="#1e1e1e",
    panel="#242f38",
    variables={
        "primary-darken-2": "#00457c",
        "text-muted": "#b4b4b4",
        "text-disabled": "#a9a9a9",
        "text-error": "#ff9eac",
        "text-warning": "#ffd480",
        "block-cursor-foreground": "#ffffff",
        "block-cursor-background": "#0060ac",
        "block-cursor-blurred-foreground": "#ffffff",
        "block-cursor-blurred-background": "#14466e",
        "block-cursor-blurred-text-style": "bold",
        "input-selection-background": "#0060ac",
        "input-selection-foreground": "#ffffff",
        "scrollbar": "#5a82a3",
    },
)

_LIGHT = Theme(
    name="light",
    primary="#005a9e",
    secondary="#004578",
    warning="#7a4b00",
    error="#a4001d",
    success="#00632a",
    accent="#7a4b00",
    foreground="#1a1a1a",
    background="#ffffff",
    surface="#f4f4f4",
    panel="#e3e8ec",
    dark=False,
    variables={
        "primary-darken-2": "#004578",
        "text-muted": "#4d4d4d",
        "text-disabled": "#555555",
        "text-error": "#a4001d",
        "text-warning": "#7a4b00",
        "block-cursor-foreground": "#ffffff",
        "block-cursor-background": "#005a9e",
        "block-cursor-blurred-foreground": "#000000",
        "block-cursor-blurred-background": "#c4ddf2",
        "block-cursor-blurred-text-style": "bold",
        "input-selection-background": "#005a9e",
        "input-selection-foreground": "#ffffff",
        "scrollbar": "#587a96",
    },
)

_CONTRAST = Theme(
    name="contrast",
    primary="#ffff00",
    secondary="#ffff00",
    warning="#ffff00",
    error="#ffff00",
    success="#ffffff",
    accent="#ffff00",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#303030",
    luminosity_spread=0.0,
    variables={
        "text": "auto",
        "text-muted": "#ffffff",
        "text-disabled": "#ffffff",
        "text-error": "#ffff00",
        "text-warning": "#ffff00",
        "block-cursor-foreground": "#000000",
        "block-cursor-background": "#ffff00",
        "block-cursor-blurred-foreground": "#000000",
        "block-cursor-blurred-background": "#ffffff",
        "block-cursor-blurred-text-style": "bold",
        "input-cursor-background": "#ffff00",
        "input-cursor-foreground": "#000000",
        "input-selection-background": "#ffffff",
        "input-selection-foreground": "#000000",
        "scrollbar": "#ffff00",
        "scrollbar-background": "#000000",
    },
)

THEMES = (_DARK, _LIGHT, _CONTRAST)
"""The first is the one the app begins with."""

LABELS = {"dark": "深色", "light": "浅色", "contrast": "高对比"}
"""What they are called in the settings."""


def following(name: str) -> str:
    """The theme after this one, in a circle."""
    names = list(LABELS)
    return names[(names.index(name) + 1) % len(names)]
