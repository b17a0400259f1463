from __future__ import annotations

import contextlib
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from making_files import make_docx, make_pdf, make_pptx, make_zip

from index.loaders import office
from index.loaders.office import read_docx, read_pptx
from index.loaders.pages import Reading, UnreadableError
from index.loaders.pdf import read_pdf


def test_a_pdf_is_read_sheet_by_sheet_under_its_bookmarks() -> None:
    data = make_pdf(["Refunds take\nfive days.", "Goods come back."], title="Policy", bookmarks=["Refunds", "Returns"])
    (page,) = read_pdf(data, "p.pdf").pages
    assert (page.title, page.author) == ("Policy", "Mia Kern")
    assert page.date is not None
    assert page.date.year == 2026
    assert [(s.headings, s.text, s.line, s.link) for s in page.sections] == [
        (("Refunds",), "Refunds take five days.", 1, "#page=1"),
        (("Returns",), "Goods come back.", 2, "#page=2"),
    ]


def test_a_pdf_without_metadata_is_called_by_its_name() -> None:
    assert read_pdf(make_pdf(["Hello"]), "House_rules.pdf").pages[0].title == "House rules"


def test_an_encrypted_pdf_is_refused() -> None:
    with pytest.raises(UnreadableError, match=r"^is encrypted$"):
        read_pdf(make_pdf(["Secret"], password="open sesame"), "p.pdf")


@pytest.mark.parametrize("cut", [0.1, 0.5, 0.9])
def test_a_broken_pdf_is_refused_or_read_as_far_as_it_goes(cut: float) -> None:
    whole = make_pdf(["Refunds"], title="Policy")
    with contextlib.suppress(UnreadableError):
        assert read_pdf(whole[: int(len(whole) * cut)], "p.pdf").pages


def test_a_pdf_without_text_is_called_a_scan() -> None:
    with pytest.raises(UnreadableError, match="scanned"):
        read_pdf(make_pdf([""]), "p.pdf")


def test_a_word_file_keeps_headings_lists_and_tables() -> None:
    (page,) = read_docx(make_docx(), "r.docx").pages
    assert (page.title, page.author) == ("Returns", "Mia Kern")
    assert [(s.headings, s.text) for s in page.sections] == [
        ((), "Goods can be returned within 30 days."),
        (("How",), "- Print the label\n- Send the parcel"),
        (("How", "Fees"), "Country: Spain; Fee: 4 euro"),
    ]


def test_slides_keep_titles_tables_notes_and_numbers() -> None:
    (page,) = read_pptx(make_pptx(), "d.pptx").pages
    assert page.title == "Roadmap"
    assert [(s.headings, s.text, s.line) for s in page.sections] == [
        (("Roadmap",), "Ship the lamp in May\n\nSay who owns it", 1),
        (("Prices",), "Item: Lamp; Price: 49 euro", 2),
    ]


@pytest.mark.parametrize("read", [read_docx, read_pptx])
def test_what_is_no_office_file_is_refused(read: Callable[[bytes, str], Reading]) -> None:
    for data in (b"junk", make_zip({"a.txt": b"x"}), make_docx()[:2000]):
        with pytest.raises(UnreadableError, match="is not a readable"):
            read(data, "x")
    with pytest.raises(UnreadableError, match="is encrypted or from before 2007"):
        read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "x")


def test_a_zip_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "MAX_UNPACKED", 20_000_000)
    bomb = make_zip({"word/document.xml": b"\0" * (office.MAX_UNPACKED + 1)})
    assert len(bomb) < 100_000
    with pytest.raises(UnreadableError, match="unpacks to more than 300 MB"):
        read_docx(bomb, "bomb.docx")


def test_entities_in_a_word_file_are_neither_expanded_nor_read_from_disk(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret")
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(make_docx())) as old, zipfile.ZipFile(out, "w") as new:
        for member in old.namelist():
            data = old.read(member)
            if member == "word/document.xml":
                body = data.partition(b"?>")[2].replace(b"Goods can", b"&laugh; &file; Goods can")
                doctype = f'<!DOCTYPE x [<!ENTITY laugh "ha"><!ENTITY file SYSTEM "{secret.as_uri()}">]>'
                data = b'<?xml version="1.0"?>' + doctype.encode() + body
            new.writestr(member, data)
    try:
        text = str(read_docx(out.getvalue(), "x.docx"))
    except UnreadableError:
        return
    assert "the secret" not in text
