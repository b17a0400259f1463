"""Sitemaps (https://www.sitemaps.org/protocol.html): which pages a site wants read."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from urllib.parse import urlsplit

from index.loaders.pages import UnreadableError

GZIP_MAGIC = b"\x1f\x8b"
MAX_BYTES = 50 * 1024 * 1024
"""Uncompressed size that the protocol allows a sitemap."""


@dataclass(frozen=True, slots=True)
class Sitemap:
    """The URLs of a sitemap; with `is_index` they are further sitemaps."""

    urls: tuple[str, ...]
    is_index: bool


def looks_like_sitemap(body: bytes, media_type: str) -> bool:
    """Whether a response may be a sitemap: XML, also packed by gzip, that is not a page in XHTML."""
    if body.startswith(GZIP_MAGIC):
        return True
    head = body[:2000]
    return (b"<urlset" in head or b"<sitemapindex" in head) and media_type != "text/html"


def read_sitemap(body: bytes) -> Sitemap:
    """The sitemap in `body`; entities are neither expanded nor fetched. Raises `UnreadableError` if it is broken."""
    from lxml import etree

    if body.startswith(GZIP_MAGIC):
        body = unpack(body)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableError("is a sitemap in broken XML") from error
    name = etree.QName(root).localname
    if name not in {"urlset", "sitemapindex"}:
        raise UnreadableError("is XML, but not a sitemap")
    entry = "sitemap" if name == "sitemapindex" else "url"
    found = root.xpath("./*[local-name()=$entry]/*[local-name()='loc']", entry=entry)
    urls = [(loc.text or "").strip() for loc in found]
    return Sitemap(tuple(dict.fromkeys(filter(None, urls))), name == "sitemapindex")


def unpack(body: bytes) -> bytes:
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        text = unpacker.decompress(body, MAX_BYTES + 1)
    except zlib.error as error:
        raise UnreadableError("is packed by gzip, and broken") from error
    if len(text) > MAX_BYTES:
        raise UnreadableError("unpacks to more than 50 MB")
    return text


def same_host(one: str, other: str) -> bool:
    """Whether two URLs have one host: a sitemap speaks for its own alone."""
    try:
        return urlsplit(one).hostname == urlsplit(other).hostname
    except ValueError:
        return False
