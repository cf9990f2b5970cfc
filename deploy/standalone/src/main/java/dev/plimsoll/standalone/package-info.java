/**
 * Everything in one place: API and provisioner in one JVM, PostgreSQL and agents as processes
 * beside it. What {@code ./plimsoll} starts, shows and stops.
 */
@NullMarked
package dev.plimsoll.standalone;

import org.jspecify.annotations.NullMarked;
