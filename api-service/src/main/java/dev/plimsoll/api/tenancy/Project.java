package dev.plimsoll.api.tenancy;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.util.UUID;
import org.springframework.data.domain.Persistable;

/** Its id is a random UUID (version 4), the only kind that every client of the API takes. */
@Entity
class Project implements Persistable<UUID> {
    @Id private UUID id = UUID.randomUUID();
    private String name;

    /** For Hibernate. */
    protected Project() {
        this("");
    }

    Project(String name) {
        this.name = name;
    }

    @Override
    public UUID getId() {
        return id;
    }

    String name() {
        return name;
    }

    /** Projects are made here, and changed nowhere yet. */
    @Override
    public boolean isNew() {
        return true;
    }
}
