/** Plans over HTTP. */
@NullMarked
package dev.plimsoll.api.plan.web;

import org.jspecify.annotations.NullMarked;
