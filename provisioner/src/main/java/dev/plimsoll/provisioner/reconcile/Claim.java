package dev.plimsoll.provisioner.reconcile;

/** The right to listen on an address and port. */
record Claim(String address, Transport transport, int port) {
    enum Transport {
        TCP,
        UDP
    }

    @Override
    public String toString() {
        return address + " port " + port + " (" + transport + ")";
    }
}
