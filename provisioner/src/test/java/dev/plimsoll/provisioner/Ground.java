package dev.plimsoll.provisioner;

import com.zaxxer.hikari.HikariDataSource;
import dev.plimsoll.db.EmbeddedDatabase;
import dev.plimsoll.provisioner.work.LoadBalancerId;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A real database with a project in it, and the writes that the API would do. */
public final class Ground implements AutoCloseable {
    private final HikariDataSource pool = new HikariDataSource();
    private final JdbcClient sql;
    private final UUID project;

    public Ground() {
        this(24);
    }

    public Ground(int connections) {
        var database = EmbeddedDatabase.temporary();
        pool.setJdbcUrl(database.jdbcUrl());
        pool.setUsername(database.user());
        pool.setPassword(database.password());
        pool.setMaximumPoolSize(connections);
        sql = JdbcClient.create(pool);
        project = newProject();
    }

    /** For another user of the same database; not opened yet. */
    public HikariDataSource anotherPool() {
        var another = new HikariDataSource();
        pool.copyStateTo(another);
        return another;
    }

    public DataSource database() {
        return pool;
    }

    public JdbcClient sql() {
        return sql;
    }

    public UUID newProject() {
        return sql.sql("insert into project (name) values ('test') returning id")
                .query(UUID.class)
                .single();
    }

    public LoadBalancerId order(String name, String spec) {
        return order(project, name, spec);
    }

    public LoadBalancerId order(UUID of, String name, String spec) {
        return inTransaction(() -> {
            var id =
                    sql.sql(
                                    """
                                    insert into load_balancer
                                        (project_id, region_id, name, generation)
                                    values (:project, 'eu01', :name, 1) returning id
                                    """)
                            .param("project", of)
                            .param("name", name)
                            .query(UUID.class)
                            .single();
            revise(id, 1, spec);
            return new LoadBalancerId(id);
        });
    }

    /** The new generation; none where the load balancer is being deleted. */
    public Optional<Long> update(LoadBalancerId id, String spec) {
        return inTransaction(() -> {
            var generation =
                    sql.sql(
                                    """
                                    update load_balancer set generation = generation + 1
                                    where id = :id and deletion_requested_at is null
                                    returning generation
                                    """)
                            .param("id", id.value())
                            .query(Long.class)
                            .optional();
            generation.ifPresent(next -> revise(id.value(), next, spec));
            return generation;
        });
    }

    public void delete(LoadBalancerId id) {
        inTransaction(() -> {
            sql.sql(
                            """
                            update load_balancer
                            set deletion_requested_at = coalesce(deletion_requested_at, now()),
                                deletion_author = 'test'
                            where id = :id
                            """)
                    .param("id", id.value())
                    .update();
            return enqueue(id.value());
        });
    }

    /** The API's rule. */
    public boolean isReady(LoadBalancerId id) {
        return ask(
                """
                select l.observed_generation = l.generation
                   and (select count(*) from condition c where c.load_balancer_id = l.id
                        and c.type in ('SERVING', 'APPLIED') and c.status = 'TRUE') = 2
                   and not exists (select 1 from condition c where c.load_balancer_id = l.id
                        and c.type = 'FEASIBLE' and c.status = 'FALSE')
                from load_balancer l where l.id = :id
                """,
                id,
                Boolean.class);
    }

    public boolean isRemoved(LoadBalancerId id) {
        return ask(
                "select removed_at is not null from load_balancer where id = :id",
                id,
                Boolean.class);
    }

    /** For example {@code FALSE NO_ACTIVE_AGENT}; empty before the first pass. */
    public String condition(LoadBalancerId id, String type) {
        return sql.sql(
                        """
                        select status || ' ' || reason from condition
                        where load_balancer_id = :id and type = :type
                        """)
                .param("id", id.value())
                .param("type", type)
                .query(String.class)
                .optional()
                .orElse("");
    }

    public List<String> events(LoadBalancerId id) {
        return sql.sql("select type from event where load_balancer_id = :id order by id")
                .param("id", id.value())
                .query(String.class)
                .list();
    }

    public <T> T ask(String query, LoadBalancerId id, Class<T> type) {
        return sql.sql(query).param("id", id.value()).query(type).single();
    }

    public int count(String table, LoadBalancerId id) {
        return ask(
                "select count(*) from " + table + " where load_balancer_id = :id",
                id,
                Integer.class);
    }

    @Override
    public void close() {
        pool.close();
    }

    private void revise(UUID id, long generation, String spec) {
        sql.sql(
                        """
                        insert into load_balancer_revision (load_balancer_id, generation, spec,
                            author, request_id, reason)
                        values (:id, :generation, :spec::jsonb, 'test', 'test', 'UPDATE')
                        """)
                .param("id", id)
                .param("generation", generation)
                .param("spec", spec)
                .update();
        enqueue(id);
    }

    private LoadBalancerId enqueue(UUID id) {
        sql.sql("select enqueue_work(:id, 'SPEC')").param("id", id).query().listOfRows();
        return new LoadBalancerId(id);
    }

    public <T> T inTransaction(Supplier<T> writes) {
        return new TransactionTemplate(new JdbcTransactionManager(pool)).execute(_ -> writes.get());
    }
}
