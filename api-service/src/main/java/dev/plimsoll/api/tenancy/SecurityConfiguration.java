package dev.plimsoll.api.tenancy;

import dev.plimsoll.api.problem.ProblemType;
import dev.plimsoll.api.problem.ProblemWriter;
import jakarta.servlet.DispatcherType;
import org.springframework.boot.security.autoconfigure.actuate.web.servlet.EndpointRequest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.oauth2.server.resource.introspection.OpaqueTokenIntrospector;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.AccessDeniedHandler;
import org.springframework.security.web.firewall.RequestRejectedHandler;

/** Who somebody is; what they may do is named by the endpoints themselves. */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {
    private static final String[] OPEN = {
        "/",
        "/openapi.json",
        "/openapi.yaml",
        "/openapi-v1.json",
        "/swagger-ui.html",
        "/webjars/**",
        "/problems",
        "/problems/*",
        "/livez",
        "/readyz",
        "/error"
    };

    @Bean
    SecurityFilterChain apiSecurity(
            HttpSecurity http, OpaqueTokenIntrospector tokens, ProblemWriter problems)
            throws Exception {
        AuthenticationEntryPoint unauthenticated =
                (request, response, _) ->
                        problems.write(
                                request,
                                response,
                                ProblemType.UNAUTHENTICATED,
                                "a valid bearer token is required");
        AccessDeniedHandler denied =
                (request, response, _) ->
                        problems.write(
                                request,
                                response,
                                ProblemType.PERMISSION_DENIED,
                                ProblemType.PERMISSION_DENIED.why());
        return http.csrf(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .sessionManagement(it -> it.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .authorizeHttpRequests(it ->
                        it.dispatcherTypeMatchers(DispatcherType.ERROR)
                                .permitAll()
                                .requestMatchers(EndpointRequest.toAnyEndpoint())
                                .permitAll()
                                .requestMatchers(OPEN)
                                .permitAll()
                                .anyRequest()
                                .authenticated())
                .oauth2ResourceServer(it ->
                        it.opaqueToken(opaque -> opaque.introspector(tokens))
                                .authenticationEntryPoint(unauthenticated)
                                .accessDeniedHandler(denied))
                .exceptionHandling(it ->
                        it.authenticationEntryPoint(unauthenticated).accessDeniedHandler(denied))
                .build();
    }

    @Bean
    RequestRejectedHandler rejectedRequests(ProblemWriter problems) {
        return (request, response, _) ->
                problems.write(
                        request,
                        response,
                        ProblemType.INVALID_ARGUMENT,
                        "the path or a header has characters that are not accepted");
    }
}
