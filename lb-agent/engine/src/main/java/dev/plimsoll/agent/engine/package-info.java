/**
 * The forwarding engine: accepts on a load balancer's addresses, relays to healthy targets, and
 * probes them. Start reading at {@link dev.plimsoll.agent.engine.Engine} for the control side and
 * at {@code Forwarding} for the path of a connection. Knows Netty and the agent protocol's records;
 * no JSON, no logging framework, no Spring.
 */
@NullMarked
package dev.plimsoll.agent.engine;

import org.jspecify.annotations.NullMarked;
