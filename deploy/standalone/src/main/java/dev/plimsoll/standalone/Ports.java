package dev.plimsoll.standalone;

import org.springframework.context.ApplicationContext;

/** The ports that a started context listens on. */
record Ports(int api, int management, int gateway) {

    static Ports of(ApplicationContext context) {
        var environment = context.getEnvironment();
        return new Ports(
                environment.getRequiredProperty("local.server.port", Integer.class),
                environment.getRequiredProperty("local.management.port", Integer.class),
                context.getBean(dev.plimsoll.provisioner.gateway.Gateway.class).port());
    }

    String url() {
        return "http://127.0.0.1:" + api;
    }
}
