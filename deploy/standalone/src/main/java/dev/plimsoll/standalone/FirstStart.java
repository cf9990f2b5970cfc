package dev.plimsoll.standalone;

import dev.plimsoll.api.tenancy.Tenants;
import java.io.IOException;
import java.util.UUID;
import org.springframework.context.ApplicationContext;

/** What a start leaves for people: credentials once, demo targets, and the welcome text. */
final class FirstStart {
    private static final String REGION = "eu01";

    private FirstStart() {}

    static void complete(
            ApplicationContext context,
            DataFolder folder,
            Ports ports,
            Options options,
            Driver driver)
            throws IOException {
        var known = folder.credentials();
        var credentials =
                known.isPresent() ? known.get().withUrl(ports.url()) : create(context, ports);
        folder.save(credentials);
        if (driver.forwards()) {
            DemoTargets.startFor(folder, ChildJava.likeThisOne());
        }
        var welcome = new Welcome(credentials, known.isEmpty(), folder, options);
        folder.writeText("welcome.txt", welcome.text(driver));
    }

    private static Credentials create(ApplicationContext context, Ports ports) {
        var first = context.getBean(Tenants.class).create("first project");
        return new Credentials(
                ports.url(),
                first.projectId(),
                REGION,
                UUID.randomUUID(),
                first.adminToken(),
                first.readerToken(),
                first.operatorToken());
    }
}
