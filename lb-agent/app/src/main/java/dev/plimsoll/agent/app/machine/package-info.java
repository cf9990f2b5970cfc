/** What an agent keeps on disk, and the lock that makes it active. */
@NullMarked
package dev.plimsoll.agent.app.machine;

import org.jspecify.annotations.NullMarked;
