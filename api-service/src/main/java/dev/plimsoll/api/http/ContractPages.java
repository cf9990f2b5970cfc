package dev.plimsoll.api.http;

import dev.plimsoll.api.tenancy.Permission;
import dev.plimsoll.api.tenancy.Requires;
import java.net.URI;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The contract as a document and as a page to try it on. Open to everyone. */
@RestController
class ContractPages {

    @Requires(Permission.NONE)
    @GetMapping("/")
    ResponseEntity<Void> start() {
        return ResponseEntity.status(HttpStatus.FOUND)
                .location(URI.create("/swagger-ui.html"))
                .build();
    }

    @Requires(Permission.NONE)
    @GetMapping(path = "/openapi.json")
    ResponseEntity<Resource> json() {
        return resource("openapi/openapi.json", MediaType.APPLICATION_JSON);
    }

    @Requires(Permission.NONE)
    @GetMapping(path = "/openapi.yaml")
    ResponseEntity<Resource> yaml() {
        return resource("openapi/openapi.yaml", MediaType.APPLICATION_YAML);
    }

    @Requires(Permission.NONE)
    @GetMapping(path = "/swagger-ui.html")
    ResponseEntity<Resource> page() {
        return resource("pages/swagger-ui.html", MediaType.TEXT_HTML);
    }

    private static ResponseEntity<Resource> resource(String path, MediaType type) {
        return ResponseEntity.ok().contentType(type).body(new ClassPathResource(path));
    }
}
