"""A line over the weeks, broken where a week is hidden."""

from collections.abc import Sequence

WIDTH, HEIGHT = 160, 36
INSET = 3


def line_path(shares: Sequence[float | None], most: float) -> str:
    """The `d` of an SVG path: one stretch for each run of weeks with a share; "" where there is none.

    `most` is the share at the upper edge, the same for every line that is compared.
    """
    if not most or len(shares) < 2:
        return ""
    step = (WIDTH - 2 * INSET) / (len(shares) - 1)
    path, pen_down = [], False
    for place, share in enumerate(shares):
        if share is None:
            pen_down = False
            continue
        x = INSET + place * step
        y = HEIGHT - INSET - min(share, most) / most * (HEIGHT - 2 * INSET)
        alone = not pen_down and (place + 1 == len(shares) or shares[place + 1] is None)
        path.append(f"{'L' if pen_down else 'M'}{x:.1f} {y:.1f}" + ("h0.1" if alone else ""))
        pen_down = True
    return "".join(path)
