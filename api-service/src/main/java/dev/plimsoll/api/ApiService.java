package dev.plimsoll.api;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.jpa.repository.config.EnableJpaRepositories;

/** The REST API: everything below this package. Expects a migrated database. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@ComponentScan
@EntityScan
@EnableJpaRepositories
@ConfigurationPropertiesScan
public class ApiService {

    public static void main(String[] arguments) {
        System.setProperty("spring.config.name", "api-service");
        SpringApplication.run(ApiService.class, arguments);
    }
}
