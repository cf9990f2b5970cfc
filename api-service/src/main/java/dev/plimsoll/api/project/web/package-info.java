/** Projects over HTTP. */
@NullMarked
package dev.plimsoll.api.project.web;

import org.jspecify.annotations.NullMarked;
