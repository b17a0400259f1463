"""The small shop's documents in a real index."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from asking import DEALERS, LOCKERS, REFUNDS, REFUNDS_ZH, SHIPPING, TEAM, Desk, document
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

from index.encoders.base import Encoder
from index.library import Library
from index.models import Base


@pytest.fixture
async def desk(tmp_path: Path, encoders: list[Encoder]) -> AsyncIterator[Desk]:
    engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path / 'index.db'}")
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    sessions = async_sessionmaker(engine, expire_on_commit=False)
    library = await Library.open(sessions, encoders, tmp_path / "index")
    await library.add(
        TEAM,
        [
            document("Refunds", REFUNDS, headings=("How long they take",)),
            document("Shipping", SHIPPING),
            document("退款", REFUNDS_ZH),
            document("Parcel lockers", LOCKERS),
            document("Dealer discounts", DEALERS, "C_SUPPORT"),
        ],
    )
    yield Desk(library, sessions)
    await library.close()
    await engine.dispose()
