/**
 * The schema that api-service and provisioner meet in (Flyway SQL under {@code db/migration}), the
 * wake-ups that go with it, and a real PostgreSQL for those who have none: the all-in-one program
 * and every test.
 */
@NullMarked
package dev.plimsoll.db;

import org.jspecify.annotations.NullMarked;
