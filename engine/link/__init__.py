"""One MQTT link: a connection to a broker that tells the truth about what was taken, what arrived, and when it is gone.

It knows nothing of halls; the engine, the displays and the clients all speak through it.

    login = Login(Address.parse("mqtt://127.0.0.1:1883"), "board-1", token, will=Will("…/device/board-1/online", b"0"))

    async def talk(link: Link) -> None:                     # called anew for every connection
        await link.subscribe("…/state")
        await link.publish("…/device/board-1/online", b"1", retain=True)
        async for message in link.messages:
            show(message.topic, message.payload)
            link.ack(message)                               # only now does the broker forget it

    await keep_connected(login, talk, on_loss=show_stale)   # until `talk` returns, or somebody cancels

What it promises, each because the plain client library does otherwise:

- `publish` returns after the broker's acknowledgement and raises `ConnectionError` when the link dies, at once, or when
  the broker says no (`Refused`); `send` is the pipelined half: in order, and a future per acknowledgement.
- Nothing is acknowledged to the broker before `ack(message)`: a consumer killed in mid-work loses nothing.
- A link that is lost is lost: every connection is a new client object, so nothing old is sent again behind the caller's
  back. Whoever wants a message to survive keeps it until its acknowledgement.
- A link dies when its socket does, when an acknowledgement is overdue (10 s), when the keepalive (15 s) is unanswered,
  or when more messages wait unread than `RECEIVE_LIMIT`: each raises `ConnectionError` wherever the link is used.
- MQTT 5 where the broker has it, else 3.1.1 (no expiry, no reason codes); TCP_NODELAY on both.
"""

from engine.link.connection import Link, connect, keep_connected
from engine.link.login import RECEIVE_LIMIT, Address, Login, Message, Refused, Will

__all__ = ["RECEIVE_LIMIT", "Address", "Link", "Login", "Message", "Refused", "Will", "connect", "keep_connected"]
