/** Usage and bills over HTTP. */
@NullMarked
package dev.plimsoll.api.usage.web;

import org.jspecify.annotations.NullMarked;
