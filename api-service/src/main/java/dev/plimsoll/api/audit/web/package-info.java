/** The audit over HTTP. */
@NullMarked
package dev.plimsoll.api.audit.web;

import org.jspecify.annotations.NullMarked;
