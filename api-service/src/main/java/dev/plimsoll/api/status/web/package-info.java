/** Status reports over HTTP. */
@NullMarked
package dev.plimsoll.api.status.web;

import org.jspecify.annotations.NullMarked;
