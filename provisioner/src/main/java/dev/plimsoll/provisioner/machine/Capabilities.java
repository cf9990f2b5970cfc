package dev.plimsoll.provisioner.machine;

/**
 * What a driver offers, so that nothing asks for its name.
 *
 * @param name stored with each machine, for example {@code local}
 * @param addressScope within which an address belongs to one load balancer at a time
 * @param privateAddresses where private addresses come from
 * @param ephemeralAddresses where ephemeral external addresses come from
 */
public record Capabilities(
        String name,
        String addressScope,
        AddressRange privateAddresses,
        AddressRange ephemeralAddresses) {}
