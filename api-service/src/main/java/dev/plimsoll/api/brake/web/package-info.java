/** The brake over HTTP. */
@NullMarked
package dev.plimsoll.api.brake.web;

import org.jspecify.annotations.NullMarked;
