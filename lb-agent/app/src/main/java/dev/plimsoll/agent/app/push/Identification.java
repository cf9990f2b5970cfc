package dev.plimsoll.agent.app.push;

import dev.plimsoll.agent.protocol.PushAccess;
import java.util.Map;
import java.util.UUID;

/**
 * Which agent of which load balancer pushes, as labels. Not in which role: a counter would end and
 * begin anew with each failover. The metric {@code nlb_role} has it.
 */
record Identification(UUID machine) {

    Map<String, String> labels(PushAccess access) {
        return Map.of(
                "load_balancer", access.loadBalancer(),
                "project", access.project(),
                "region", access.region(),
                "machine", machine.toString());
    }
}
