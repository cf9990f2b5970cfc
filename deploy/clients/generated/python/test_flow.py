"""Drives Plimsoll with a Python client generated from its document."""

import os
import time
import unittest

import plimsoll_client as plimsoll
from plimsoll_client.exceptions import ConflictException, NotFoundException

REGION = "eu01"
NAME = "generated-python"
PATIENCE_SECONDS = 30


class FlowTest(unittest.TestCase):
    def test_load_balancer_is_ordered_changed_and_removed(self):
        project = os.environ["PLIMSOLL_PROJECT"]
        configuration = plimsoll.Configuration(
            host=os.environ["PLIMSOLL_URL"], access_token=os.environ["PLIMSOLL_TOKEN"]
        )
        with plimsoll.ApiClient(configuration) as client:
            api = plimsoll.LoadBalancersApi(client)

            made = api.create_load_balancer(project, REGION, self.payload(), prefer="wait=30")
            self.assertEqual(made.status, "STATUS_READY")

            answer = api.get_load_balancer_with_http_info(project, REGION, NAME)
            found = answer.data
            self.assertEqual(answer.headers["ETag"], f'"{found.version}"')
            self.assertEqual([it.name for it in api.list_load_balancers(project, REGION).load_balancers], [NAME])

            change = plimsoll.UpdateLoadBalancerPayload(
                version=found.version,
                external_address=found.external_address,
                listeners=found.listeners,
                target_pools=found.target_pools,
                plan_id="p50",
            )
            self.assertEqual(api.update_load_balancer(project, REGION, NAME, change).plan_id, "p50")

            pool = plimsoll.TargetPoolsApi(client).update_target_pool(
                project,
                REGION,
                NAME,
                "web",
                plimsoll.UpdateTargetPoolPayload(target_port=9090, targets=[plimsoll.Target(ip="127.0.0.13")]),
            )
            self.assertEqual(pool.target_port, 9090)

            with self.assertRaises(ConflictException) as stale:
                api.update_load_balancer(project, REGION, NAME, change)
            self.assertEqual(stale.exception.data.code, 10)
            self.assertEqual(stale.exception.data.type, "/problems/stale-version")

            api.delete_load_balancer(project, REGION, NAME)
            with self.assertRaises(NotFoundException) as gone:
                deadline = time.monotonic() + PATIENCE_SECONDS
                while time.monotonic() < deadline:
                    api.get_load_balancer(project, REGION, NAME)
                    time.sleep(0.1)
            self.assertEqual(gone.exception.data.message, "load balancer not found")

    @staticmethod
    def payload():
        return plimsoll.CreateLoadBalancerPayload(
            name=NAME,
            external_address="127.0.0.242",
            networks=[
                plimsoll.Network(
                    network_id="2028e5d4-af4f-45e2-98df-502be37a4317", role="ROLE_LISTENERS_AND_TARGETS"
                )
            ],
            listeners=[plimsoll.Listener(port=8000, protocol="PROTOCOL_TCP", target_pool="web")],
            target_pools=[
                plimsoll.TargetPool(name="web", target_port=9080, targets=[plimsoll.Target(ip="127.0.0.11")])
            ],
        )


if __name__ == "__main__":
    unittest.main()
