/**
 * What the agent pushes to those whom the order names: samples by Prometheus remote write, records
 * of flows to Loki. On threads and an event loop of its own, which are there while there is
 * somebody to push to; nothing here is waited for by anybody who forwards.
 */
@NullMarked
package dev.plimsoll.agent.app.push;

import org.jspecify.annotations.NullMarked;
