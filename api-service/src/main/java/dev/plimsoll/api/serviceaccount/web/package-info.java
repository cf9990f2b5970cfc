/** Service accounts, their tokens and our signing keys over HTTP. */
@NullMarked
package dev.plimsoll.api.serviceaccount.web;

import org.jspecify.annotations.NullMarked;
