/** Where agents may push metrics and logs to. */
@NullMarked
package dev.plimsoll.api.push;

import org.jspecify.annotations.NullMarked;
