/** Connections that are open or were a while ago, and how to end one. */
@NullMarked
package dev.plimsoll.api.connection;

import org.jspecify.annotations.NullMarked;
