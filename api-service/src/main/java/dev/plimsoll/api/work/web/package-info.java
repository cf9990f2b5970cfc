/** Work over HTTP. */
@NullMarked
package dev.plimsoll.api.work.web;

import org.jspecify.annotations.NullMarked;
