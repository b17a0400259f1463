"""Undertakings of several pieces that simulated teams have templates for, or once split, as people word them.

Set "a" of the wordings is for tuning, set "b" for reporting.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of an undertaking: what, the field of work, and the places of the pieces it waits for."""

    title: str
    field: str
    after: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Undertaking:
    """A thing of several pieces. `worded` has the wordings of sets "a" and "b"."""

    name: str
    pieces: tuple[Piece, ...]
    worded: dict[str, tuple[str, ...]]


UNDERTAKINGS = (
    Undertaking(
        "Launch a product",
        (
            Piece("freeze the code", "backend"),
            Piece("load test", "infrastructure", (0,)),
            Piece("announcement", "writing"),
            Piece("translate the announcement", "translation", (2,)),
            Piece("brief support", "support"),
            Piece("switch it on", "infrastructure", (1, 3, 4)),
        ),
        {
            "a": (
                "launch the beta",
                "get the new app out to everyone",
                "go live with the shop",
                "新产品上线",
                "发布公测版",
            ),
            "b": ("ship version 2 to the public", "launch day for the partner portal", "正式推出小程序"),
        },
    ),
    Undertaking(
        "New colleague",
        (
            Piece("contract", "finance"),
            Piece("accounts and keys", "security", (0,)),
            Piece("laptop", "infrastructure", (0,)),
            Piece("first week's plan", "writing"),
        ),
        {
            "a": ("onboard the new colleague", "Maria starts on Monday, get everything ready", "新人入职准备"),
            "b": ("prepare for our new hire's first day", "a new engineer joins in May", "安排新同事入职"),
        },
    ),
    Undertaking(
        "Company offsite",
        (
            Piece("find a place", "support"),
            Piece("agree on the budget", "finance"),
            Piece("book travel", "finance", (0, 1)),
            Piece("programme", "writing", (0,)),
        ),
        {
            "a": ("organise the summer offsite", "plan the team retreat", "组织公司团建"),
            "b": (
                "arrange our yearly get-together by the sea",
                "the whole company meets in June: organise it",
                "策划年会",
            ),
        },
    ),
    Undertaking(
        "Move to a new data centre",
        (
            Piece("list what runs there", "infrastructure"),
            Piece("copy the data", "infrastructure", (0,)),
            Piece("access rules", "security", (0,)),
            Piece("tell customers of the window", "support"),
            Piece("switch over", "infrastructure", (1, 2, 3)),
        ),
        {
            "a": (
                "migrate everything to the new data centre",
                "move all of production to the other cloud",
                "机房整体搬迁",
            ),
            "b": ("leave our old hosting provider", "relocate all systems to Frankfurt", "所有系统迁移到新的云厂商"),
        },
    ),
    Undertaking(
        "Marketing campaign",
        (
            Piece("who is it for", "data"),
            Piece("pictures", "design", (0,)),
            Piece("texts", "writing", (0,)),
            Piece("landing page", "frontend", (1, 2)),
            Piece("measure", "data", (3,)),
        ),
        {
            "a": ("run the Christmas campaign", "spring marketing campaign", "策划双十一推广活动"),
            "b": ("advertising push for Black Friday", "campaign to win back old customers", "做一次春节营销活动"),
        },
    ),
    Undertaking(
        "Certification audit",
        (
            Piece("collect the evidence", "security"),
            Piece("close the gaps", "security", (0,)),
            Piece("policies in writing", "writing"),
            Piece("a day with the auditor", "security", (1, 2)),
        ),
        {
            "a": ("pass the SOC 2 audit", "get certified for ISO 27001", "通过等保测评"),
            "b": ("prepare the company for the yearly security certification", "SOC 2 renewal", "准备年度安全认证"),
        },
    ),
    Undertaking(
        "New large customer",
        (
            Piece("contract", "finance"),
            Piece("import their data", "data", (0,)),
            Piece("single sign-on", "security", (0,)),
            Piece("train their people", "support", (1, 2)),
        ),
        {
            "a": ("bring Acme on board as a customer", "set up our new enterprise client", "新大客户接入"),
            "b": ("get Globex up and running with us", "roll-out at our biggest new customer", "帮新签的企业客户落地"),
        },
    ),
    Undertaking(
        "Enter a country",
        (
            Piece("what does the law ask", "finance"),
            Piece("translate everything", "translation"),
            Piece("prices and taxes", "finance", (0,)),
            Piece("support in their hours", "support"),
            Piece("announce", "writing", (1, 2, 3)),
        ),
        {
            "a": ("expand to Japan", "open up in Brazil", "进入德国市场"),
            "b": ("start selling in Korea", "bring the business to France", "拓展东南亚市场"),
        },
    ),
)
