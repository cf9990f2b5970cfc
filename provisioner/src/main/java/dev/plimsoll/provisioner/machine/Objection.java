package dev.plimsoll.provisioner.machine;

/**
 * Why the infrastructure cannot carry an order.
 *
 * @param errorType one of the API's errors[].type
 */
public record Objection(String errorType, String text) {}
