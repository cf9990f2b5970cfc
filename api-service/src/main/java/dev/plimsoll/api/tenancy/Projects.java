package dev.plimsoll.api.tenancy;

import java.util.UUID;
import org.springframework.data.repository.Repository;

interface Projects extends Repository<Project, UUID> {
    Project save(Project project);

    long count();
}
