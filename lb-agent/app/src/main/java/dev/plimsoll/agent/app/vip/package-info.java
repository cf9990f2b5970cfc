/** Who has the VIP: by a lock that one process holds at a time, or by what keepalived says. */
@NullMarked
package dev.plimsoll.agent.app.vip;

import org.jspecify.annotations.NullMarked;
