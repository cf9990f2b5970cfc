/**
 * The former API, {@code /v1}, for clients that still speak it: the same resources in the server's
 * default region, without what v2 has added to the answers. A request is sent on to v2 by its path,
 * so that everything about it (permissions, rules, audit) is v2's.
 */
@NullMarked
package dev.plimsoll.api.v1.web;

import org.jspecify.annotations.NullMarked;
