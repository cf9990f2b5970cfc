/** Quotas over HTTP. */
@NullMarked
package dev.plimsoll.api.quota.web;

import org.jspecify.annotations.NullMarked;
