"""QR codes: as SVG, drawn once each, then remembered; and as modules, for what is printed.

Says nothing about networks or owners: that stands beside the code, in the page.
"""

from functools import lru_cache

QUIET_ZONE = 4  # modules of white around the code, as ISO/IEC 18004 asks


@lru_cache(maxsize=512)
def svg(content: str) -> str:
    """Return a QR code as an SVG element that fills its container; black on white whatever the theme."""
    rows = _code(content).get_matrix()
    size = len(rows)
    runs = []
    for y, row in enumerate(rows):
        x = 0
        while x < size:
            if not row[x]:
                x += 1
                continue
            start = x
            while x < size and row[x]:
                x += 1
            runs.append(f"M{start} {y}h{x - start}v1h-{x - start}z")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges"'
        f' aria-hidden="true" focusable="false"><path fill="#fff" d="M0 0h{size}v{size}H0z"/>'
        f'<path fill="#000" d="{"".join(runs)}"/></svg>'
    )


def modules(content: str) -> list[list[bool]]:
    """Return the rows of a QR code, dark ones true, with its quiet zone. Raises `ValueError` for what no code holds.

    Content of capitals, digits and a few signs alone (ISO/IEC 18004, alphanumeric mode) takes little more than half the
    room of other content.
    """
    return _code(content).get_matrix()


def _code(content: str):
    import qrcode  # here, because a start should not wait for it
    from qrcode.constants import ERROR_CORRECT_M

    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=QUIET_ZONE)
    code.add_data(content)
    code.make(fit=True)
    return code
