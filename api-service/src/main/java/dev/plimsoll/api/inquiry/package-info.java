/** Questions to agents and to the provisioner, and how often a project may have them asked. */
@NullMarked
package dev.plimsoll.api.inquiry;

import org.jspecify.annotations.NullMarked;
