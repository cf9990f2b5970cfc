/** What happened to load balancers: lists, and streams that go on. */
@NullMarked
package dev.plimsoll.api.event;

import org.jspecify.annotations.NullMarked;
