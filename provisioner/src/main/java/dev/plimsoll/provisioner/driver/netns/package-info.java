/**
 * Machines that are namespaces of this host's kernel: processes and network of their own, on
 * bridges, with keepalived for the VIP and nftables for security groups. Needs root.
 *
 * <p>Nothing from an order gets into a file or a command but as an {@link
 * dev.plimsoll.provisioner.driver.netns.Ipv4}, a block of them, a port, or a name made here.
 */
@NullMarked
package dev.plimsoll.provisioner.driver.netns;

import org.jspecify.annotations.NullMarked;
