"""A clerk's button over plain MQTT: sends one order, again and again under one id, until the engine answers.

窗口按键：用同一编号重发，直到收到应答，只执行一次。

    JIAOHAO_TOKEN=$(jiaohao token DATA --role device --device desk-1 --window w01) \\
        python examples/button.py 127.0.0.1 1883 mianyang puming desk-1 w01 call-next
"""

import asyncio
import json
import os
import sys
import uuid

import aiomqtt

ANSWER_S = 10.0
AGAIN_S = 2.0


async def press(host: str, port: int, root: str, device: str, window: str, verb: str) -> dict[str, object]:
    """The answer to one order: `{v, id, ok, result}`, or `{v, id, ok: false, code, detail}`; raises `TimeoutError`."""
    order = json.dumps({"v": 1, "id": uuid.uuid4().hex})
    token = os.environ["JIAOHAO_TOKEN"]
    async with (
        asyncio.timeout(ANSWER_S),
        aiomqtt.Client(host, port, identifier=device, username=device, password=token) as client,
        asyncio.TaskGroup() as group,
    ):
        await client.subscribe(f"{root}/reply/{window}", qos=1)
        sending = group.create_task(_keep_sending(client, f"{root}/cmd/{window}/{verb}", order))
        async for message in client.messages:
            answer: dict[str, object] = json.loads(bytes(message.payload))
            if answer["id"] == json.loads(order)["id"]:
                sending.cancel()
                return answer
    raise ConnectionError("the broker closed the connection")


async def _keep_sending(client: aiomqtt.Client, topic: str, order: str) -> None:
    while True:
        await client.publish(topic, order, qos=1)
        await asyncio.sleep(AGAIN_S)


if __name__ == "__main__":
    host, port, region, hall, device, window, verb = sys.argv[1:]
    answer = asyncio.run(press(host, int(port), f"jiaohao/v1/{region}/{hall}", device, window, verb))
    print(json.dumps(answer, ensure_ascii=False))
    sys.exit(0 if answer["ok"] else 1)
