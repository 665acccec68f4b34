"""What stands before the hub's processes, as a load balancer would: each connection goes to one that runs, and is cut at some moment."""

import asyncio
import contextlib
import random


class Balancer:
    def __init__(self, ports: list[int], chance: random.Random):
        self.ports = ports
        self.chance = chance
        # Connections live between these seconds, and are cut wherever they are then; None lets them live.
        self.life: tuple[float, float] | None = (0.5, 4.0)
        self.cuts = 0
        self.tasks: set[asyncio.Task] = set()

    async def start(self) -> str:
        self.server = await asyncio.start_server(self.accept, "127.0.0.1", 0)
        return f"http://127.0.0.1:{self.server.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        self.server.close()
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self.serve(reader, writer))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        task.add_done_callback(lambda _: writer.transport.abort())

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for port in self.chance.sample(self.ports, len(self.ports)):
            with contextlib.suppress(OSError):
                upstream_reader, upstream_writer = await asyncio.open_connection("127.0.0.1", port)
                break
        else:
            return  # Nobody is there.
        pipes = [asyncio.create_task(pipe(reader, upstream_writer)), asyncio.create_task(pipe(upstream_reader, writer))]
        seconds = self.chance.uniform(*self.life) if self.life else None
        try:
            done, _ = await asyncio.wait(pipes, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            self.cuts += not done
        finally:
            for one in pipes:
                one.cancel()
            upstream_writer.transport.abort()


async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
