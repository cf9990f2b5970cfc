"""Drives Plimsoll with the unmodified Python SDK of the API that Plimsoll is compatible with."""

import json
import os
import time
import unittest
import uuid

from stackit.core.configuration import Configuration
from stackit.loadbalancer import (
    ActiveHealthCheck,
    CreateCredentialsPayload,
    CreateLoadBalancerPayload,
    DefaultApi,
    Listener,
    LoadBalancerOptions,
    LoadbalancerOptionAccessControl,
    LoadbalancerOptionLogs,
    LoadbalancerOptionObservability,
    Network,
    Target,
    TargetPool,
    UpdateLoadBalancerPayload,
    UpdateTargetPoolPayload,
)
from stackit.loadbalancer.exceptions import (
    BadRequestException,
    ConflictException,
    ForbiddenException,
    NotFoundException,
    UnauthorizedException,
)

REGION = "eu01"
NETWORK = "2028e5d4-af4f-45e2-98df-502be37a4317"
PROJECT = os.environ["PLIMSOLL_PROJECT"]
PATIENCE_SECONDS = 30


def client(token):
    return DefaultApi(
        Configuration(custom_endpoint=os.environ["PLIMSOLL_URL"], service_account_token=token)
    )


def payload(name, **members):
    return CreateLoadBalancerPayload(
        name=name,
        networks=[Network(network_id=NETWORK, role="ROLE_LISTENERS_AND_TARGETS")],
        listeners=[Listener(port=8000, protocol="PROTOCOL_TCP", target_pool="web")],
        target_pools=[
            TargetPool(
                name="web",
                target_port=9080,
                targets=[
                    Target(display_name="a", ip="127.0.0.11"),
                    Target(display_name="b", ip="127.0.0.12"),
                ],
            )
        ],
        **members,
    )


def same(it, **changes):
    """What a client sends that has read a load balancer and changes nothing else."""
    members = ("name", "version", "external_address", "networks", "listeners", "target_pools", "options", "plan_id")
    return UpdateLoadBalancerPayload(**({m: getattr(it, m) for m in members} | changes))


def problem(raised):
    """The SDK leaves it to its user to decode an error's body."""
    return json.loads(raised.exception.body)


class LoadBalancerTest(unittest.TestCase):
    def setUp(self):
        self.api = client(os.environ["PLIMSOLL_TOKEN"])

    def ready(self, wanted):
        self.api.create_load_balancer(PROJECT, REGION, wanted, x_request_id=uuid.uuid4())
        self.addCleanup(self.gone, wanted.name)
        return self.until(lambda: self.get(wanted.name), lambda it: it.status == "STATUS_READY")

    def get(self, name):
        return self.api.get_load_balancer(PROJECT, REGION, name)

    def gone(self, name):
        self.api.delete_load_balancer(PROJECT, REGION, name)
        self.until(lambda: self.exists(name), lambda exists: not exists)

    def exists(self, name):
        try:
            return bool(self.get(name))
        except NotFoundException:
            return False

    def until(self, ask, enough):
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not enough(answer := ask()):
            self.assertLess(time.monotonic(), deadline, answer)
            time.sleep(0.2)
        return answer

    def put(self, name, wanted):
        return self.api.update_load_balancer(PROJECT, REGION, name, wanted)

    def test_load_balancer_is_ordered_changed_and_removed(self):
        made = self.ready(payload("py-static", external_address="127.0.0.221", labels={"team": "sales"}))
        self.assertEqual(made.external_address, "127.0.0.221")
        self.assertEqual(made.listeners[0].name, "tcp-8000")
        self.assertEqual(made.labels, {"team": "sales"})
        self.assertIsNone(made.errors)
        self.assertIsNone(made.target_pools[0].active_health_check)

        change = same(made, plan_id="p50")
        change.target_pools[0].active_health_check = ActiveHealthCheck(interval="3s", unhealthy_threshold=2)
        updated = self.put("py-static", change)
        self.assertEqual(updated.plan_id, "p50")
        self.assertEqual(updated.private_address, made.private_address)
        self.assertEqual(self.get("py-static").version, updated.version)

        with self.assertRaises(ConflictException) as stale:
            self.put("py-static", change)
        self.assertEqual(problem(stale)["code"], 10)

        self.gone("py-static")
        with self.assertRaises(NotFoundException) as gone:
            self.get("py-static")
        self.assertEqual(problem(gone)["message"], "load balancer not found")

    def test_target_pool_is_replaced(self):
        made = self.ready(payload("py-pool", external_address="127.0.0.222"))
        replaced = self.api.update_target_pool(
            PROJECT,
            REGION,
            "py-pool",
            "web",
            UpdateTargetPoolPayload(name="web", target_port=9090, targets=[Target(ip="127.0.0.13")]),
        )
        self.assertEqual([target.ip for target in replaced.targets], ["127.0.0.13"])
        self.assertNotEqual(self.get("py-pool").version, made.version)

    def test_ephemeral_address_is_kept_as_a_static_one(self):
        made = self.ready(payload("py-ephemeral", options=LoadBalancerOptions(ephemeral_address=True)))
        kept = self.put("py-ephemeral", same(made, options=LoadBalancerOptions()))
        self.assertEqual(kept.external_address, made.external_address)
        self.assertFalse(kept.options and kept.options.ephemeral_address)

    def test_private_load_balancer_has_no_external_address(self):
        ranges = ["127.0.0.0/8", "10.2.1.0/24"]
        options = LoadBalancerOptions(
            private_network_only=True,
            access_control=LoadbalancerOptionAccessControl(allowed_source_ranges=ranges),
        )
        made = self.ready(payload("py-private", options=options))
        self.assertIsNone(made.external_address)
        self.assertIsNotNone(made.private_address)
        self.assertEqual(made.options.access_control.allowed_source_ranges, ranges)

    def test_credentials_are_protected_while_in_use(self):
        ref = self.api.create_credentials(
            PROJECT,
            REGION,
            CreateCredentialsPayload(display_name="py-logs", username="user", password="secret-1"),
        ).credential.credentials_ref
        logs = LoadbalancerOptionLogs(credentials_ref=ref, push_url="https://logs.example.com/push")
        options = LoadBalancerOptions(
            ephemeral_address=True, observability=LoadbalancerOptionObservability(logs=logs)
        )
        made = self.ready(payload("py-observed", options=options))
        self.assertEqual(made.options.observability.logs.credentials_ref, ref)
        with self.assertRaises(BadRequestException) as in_use:
            self.api.delete_credentials(PROJECT, REGION, ref)
        self.assertEqual(problem(in_use)["code"], 9)
        self.assertIn(ref, [it.credentials_ref for it in self.api.list_credentials(PROJECT, REGION).credentials])

        self.gone("py-observed")
        self.api.delete_credentials(PROJECT, REGION, ref)
        with self.assertRaises(NotFoundException):
            self.api.get_credentials(PROJECT, REGION, ref)

    def test_pages_are_followed_to_their_end(self):
        names = [f"py-page-{i}" for i in range(3)]
        for i, name in enumerate(names):
            self.api.create_load_balancer(PROJECT, REGION, payload(name, external_address=f"127.0.0.{231 + i}"))
            self.addCleanup(self.gone, name)
        found, page_id = [], None
        while True:
            page = self.api.list_load_balancers(PROJECT, REGION, page_size="1", page_id=page_id)
            found += [it.name for it in page.load_balancers]
            page_id = page.next_page_id
            if page_id is None:
                break
        self.assertEqual(found, names)

    def test_plans_and_quota(self):
        plans = self.api.list_plans(REGION).valid_plans
        self.assertEqual([it.plan_id for it in plans], ["p10", "p50", "p250", "p750", "p1500"])
        quota = self.api.get_quota(PROJECT, REGION)
        self.assertEqual(quota.project_id, PROJECT)
        self.assertIsNotNone(quota.used_load_balancers)

    def test_refusals_are_typed_and_decoded(self):
        with self.assertRaises(BadRequestException) as invalid:
            self.api.create_load_balancer(PROJECT, REGION, payload("py-wrong"))
        self.assertEqual(problem(invalid)["code"], 3)
        reader = client(os.environ["PLIMSOLL_READER_TOKEN"])
        with self.assertRaises(ForbiddenException):
            reader.delete_load_balancer(PROJECT, REGION, "py-wrong")
        self.assertIsNotNone(reader.list_load_balancers(PROJECT, REGION).load_balancers)
        with self.assertRaises(UnauthorizedException):
            client("wrong").list_plans(REGION)


if __name__ == "__main__":
    unittest.main(verbosity=2)
