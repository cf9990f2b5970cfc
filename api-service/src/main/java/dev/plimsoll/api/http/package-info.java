/** What every request passes through, and the contract and its pages. */
@NullMarked
package dev.plimsoll.api.http;

import org.jspecify.annotations.NullMarked;
