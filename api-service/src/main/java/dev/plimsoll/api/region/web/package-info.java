/** Regions over HTTP. */
@NullMarked
package dev.plimsoll.api.region.web;

import org.jspecify.annotations.NullMarked;
