/** Tokens of issuers that the operator trusts (OpenID Connect). */
@NullMarked
package dev.plimsoll.api.authentication.oidc;

import org.jspecify.annotations.NullMarked;
