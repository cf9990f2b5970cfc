/** The loopback HTTP server of an agent: metrics, liveness, readiness. */
@NullMarked
package dev.plimsoll.agent.app.admin;

import org.jspecify.annotations.NullMarked;
