package dev.plimsoll.api.health;

import java.net.InetAddress;

/** Where a target is: the same for every spelling of its address. */
record Place(String targetPool, InetAddress ip, int port) {

    /**
     * @param ip a literal
     */
    static Place of(String targetPool, String ip, int port) {
        return new Place(targetPool, InetAddress.ofLiteral(ip), port);
    }

    String address() {
        return ip.getHostAddress();
    }

    /** For sentences. */
    static String inWords(String ip, int port) {
        return ip + " port " + port;
    }
}
