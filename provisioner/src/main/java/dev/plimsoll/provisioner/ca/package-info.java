/**
 * The built-in certificate authority: agents enrol with a one-time token and a key of their own,
 * and show the certificate that they get to the gateway.
 */
@NullMarked
package dev.plimsoll.provisioner.ca;

import org.jspecify.annotations.NullMarked;
