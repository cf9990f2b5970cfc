/** Credentials over HTTP. */
@NullMarked
package dev.plimsoll.api.credential.web;

import org.jspecify.annotations.NullMarked;
