/** The endpoints of metrics. */
@NullMarked
package dev.plimsoll.api.metrics.web;

import org.jspecify.annotations.NullMarked;
