/** Who sent a request: opaque tokens, tokens of service accounts, tokens of trusted issuers. */
@NullMarked
package dev.plimsoll.api.authentication;

import org.jspecify.annotations.NullMarked;
