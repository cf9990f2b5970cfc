package dev.plimsoll.api.loadbalancer;

import java.util.UUID;
import org.springframework.data.repository.Repository;

interface SecurityGroups extends Repository<SecurityGroup, UUID> {
    SecurityGroup save(SecurityGroup group);
}
