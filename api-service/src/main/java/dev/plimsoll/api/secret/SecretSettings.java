package dev.plimsoll.api.secret;

import java.nio.file.Path;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** Keys are explained in {@code api-service.yaml}. */
@ConfigurationProperties("plimsoll.api.secrets")
record SecretSettings(Path keyFile, @DefaultValue List<Path> olderKeyFiles) {

    SecretSettings {
        olderKeyFiles = List.copyOf(olderKeyFiles);
    }
}
