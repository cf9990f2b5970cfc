package dev.plimsoll.api.tenancy;

import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Makes projects and tokens. */
@Component
public class Tenants {
    private final Projects projects;
    private final ApiTokens tokens;
    private final JdbcClient jdbc;

    Tenants(Projects projects, ApiTokens tokens, JdbcClient jdbc) {
        this.projects = projects;
        this.tokens = tokens;
        this.jdbc = jdbc;
    }

    /** A project with an admin's and a reader's token, and an operator's token beside it. */
    @Transactional
    public FirstProject create(String name) {
        var project = projects.save(new Project(name));
        var id = project.getId();
        return new FirstProject(
                id,
                token(name + " admin", Role.ADMIN, id),
                token(name + " reader", Role.READER, id),
                token(name + " operator", Role.OPERATOR, null));
    }

    /** As {@link #create}, unless a project exists; of several callers at once, one makes it. */
    @Transactional
    public Optional<FirstProject> createFirst(String name) {
        jdbc.sql("SELECT 1 FROM pg_advisory_xact_lock(hashtext('plimsoll first project'))")
                .query(Integer.class)
                .single();
        return projects.count() > 0 ? Optional.empty() : Optional.of(create(name));
    }

    private String token(String name, Role role, @Nullable UUID projectId) {
        var secret = Secret.random();
        tokens.saveAndFlush(new ApiToken(name, role, projectId, null, secret));
        return secret.value();
    }
}
