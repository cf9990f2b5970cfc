/** Health and explanations over HTTP. */
@NullMarked
package dev.plimsoll.api.health.web;

import org.jspecify.annotations.NullMarked;
