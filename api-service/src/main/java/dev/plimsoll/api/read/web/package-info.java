/** Parameters of requests, and members of answers, that many endpoints share. */
@NullMarked
package dev.plimsoll.api.read.web;

import org.jspecify.annotations.NullMarked;
