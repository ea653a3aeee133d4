"""A real client reads what the server of production sends it, compressed as it asks."""

from pathlib import Path

import aiohttp
import pytest

from tests import house

pytestmark = pytest.mark.django_db(transaction=True)


async def test_real_client_reads_the_same(tmp_path: Path) -> None:
    with house.web(tmp_path / "web.log") as server:
        url = f"{server.base_url}/api/v1/errors/"
        async with aiohttp.ClientSession(raise_for_status=True) as phone:
            bodies, tags = {}, {}
            for coding in ("br", "gzip", "identity"):
                async with phone.get(url, headers={"Accept-Encoding": coding}) as answer:
                    assert answer.headers.get("Content-Encoding", "identity") == coding
                    bodies[coding], tags[coding] = await answer.read(), answer.headers["ETag"]
            async with phone.head(url) as head:
                assert head.headers["ETag"] == tags["br"]
                assert int(head.headers["Content-Length"]) < len(bodies["br"]) / 3
            async with phone.get(url, headers={"If-None-Match": tags["br"]}) as again:
                assert (again.status, await again.read()) == (304, b"")

    assert bodies["br"] == bodies["gzip"] == bodies["identity"]
    assert len(set(tags.values())) == 3
