"""The parts of a workbook as XlsxWriter made them in, its bytes with what XlsxWriter cannot say out.

The language of the text, row heights that programs may fit again, and the few texts that XlsxWriter would take for XML.
"""

import io
import re
import zipfile
from collections.abc import Callable, Collection, Mapping
from xml.sax.saxutils import escape

from riskbook.excel.writer import Pack

_ALWAYS = (1980, 1, 1, 0, 0, 0)


def finish(write: Callable[[Pack], object], language: str, fitted: Collection[int], texts: Mapping[str, str]) -> bytes:
    """Mend the parts that need it, and pack them all, each as ``write`` hands it over.

    ``fitted`` are the numbers (from 1) of the sheets whose row heights are a first guess; ``texts`` maps the stand-ins
    that were written to the texts that are meant.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as finished:

        def pack(name: str, made: str | bytes) -> None:
            entry = zipfile.ZipInfo(name, _ALWAYS)
            entry.compress_type = zipfile.ZIP_DEFLATED
            finished.writestr(entry, made if isinstance(made, bytes) else _part(name, made, language, fitted, texts))

        write(pack)
    return out.getvalue()


def escaped(text: str) -> str:
    """Spell a text as a workbook's strings are, with ``_x000D_`` and its like for what XML cannot hold."""
    text = re.sub("(_x[0-9a-fA-F]{4}_)", r"_x005F\1", text)
    return re.sub(r"[\x00-\x08\x0b-\x1f]", lambda found: f"_x{ord(found[0]):04X}_", escape(text))


def _part(name: str, xml: str, language: str, fitted: Collection[int], texts: Mapping[str, str]) -> str:
    if name == "docProps/core.xml":
        return xml.replace("</cp:coreProperties>", f"<dc:language>{escape(language)}</dc:language></cp:coreProperties>")
    if name.startswith("xl/charts/chart"):
        return xml.replace('lang="en-US"', f'lang="{language}"').replace('lang val="en-US"', f'lang val="{language}"')
    if name == "xl/sharedStrings.xml":
        for stand_in, text in texts.items():
            xml = xml.replace(f"<si><t>{stand_in}</t></si>", f'<si><t xml:space="preserve">{escaped(text)}</t></si>')
    sheet = re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", name)
    if sheet and int(sheet[1]) in fitted:
        return re.sub(r'(<row [^>]*?) customHeight="1"', r"\1", xml)
    return xml
