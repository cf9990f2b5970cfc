package dev.plimsoll.db;

import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/**
 * Brings a database to the newest schema. A step of its own: services only rely on it having run.
 */
public final class Migrations {
    private Migrations() {}

    /** Applies what is missing; safe to run from several processes at once. */
    public static void migrate(DataSource database) {
        Flyway.configure()
                .dataSource(database)
                .locations("classpath:db/migration")
                .validateMigrationNaming(true)
                .load()
                .migrate();
    }
}
