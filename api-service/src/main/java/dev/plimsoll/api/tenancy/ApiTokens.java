package dev.plimsoll.api.tenancy;

import java.util.UUID;
import org.springframework.data.repository.Repository;

interface ApiTokens extends Repository<ApiToken, UUID> {
    ApiToken saveAndFlush(ApiToken token);
}
