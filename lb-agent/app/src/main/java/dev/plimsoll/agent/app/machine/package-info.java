/** What an agent keeps on disk, and what it reads of its machine. */
@NullMarked
package dev.plimsoll.agent.app.machine;

import org.jspecify.annotations.NullMarked;
