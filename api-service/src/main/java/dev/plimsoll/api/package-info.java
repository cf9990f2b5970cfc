/** The REST API: packages by feature; start reading at {@code loadbalancer.web}. */
@NullMarked
package dev.plimsoll.api;

import org.jspecify.annotations.NullMarked;
