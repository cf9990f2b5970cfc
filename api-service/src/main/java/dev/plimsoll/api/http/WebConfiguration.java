package dev.plimsoll.api.http;

import dev.plimsoll.api.tenancy.PermissionInterceptor;
import dev.plimsoll.openapi.model.CreateLoadBalancerPayloadDto;
import dev.plimsoll.openapi.model.ListenerDto;
import dev.plimsoll.openapi.model.UpdateLoadBalancerPayloadDto;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.converter.HttpMessageConverters;
import org.springframework.http.converter.json.JacksonJsonHttpMessageConverter;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.LogicalType;

@Configuration(proxyBeanMethods = false)
class WebConfiguration implements WebMvcConfigurer {
    /** The deepest member of the contract lies at 7. */
    private static final int MAX_NESTING = 32;

    private final PermissionInterceptor permissions;

    WebConfiguration(PermissionInterceptor permissions) {
        this.permissions = permissions;
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(permissions);
    }

    /** A converter of its own: other parts of the process may read JSON by other rules. */
    @Override
    public void configureMessageConverters(HttpMessageConverters.ServerBuilder builder) {
        builder.withJsonConverter(new JacksonJsonHttpMessageConverter(strictJson()));
    }

    @Bean
    static InstantSource apiClock() {
        return InstantSource.system();
    }

    /** Takes numbers in strings, as protobuf's JSON does; guesses nothing else. */
    static JsonMapper strictJson() {
        var factory =
                JsonFactory.builder()
                        .streamReadConstraints(
                                StreamReadConstraints.builder()
                                        .maxNestingDepth(MAX_NESTING)
                                        .build())
                        .build();
        return JsonMapper.builder(factory)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .withCoercionConfig(
                        LogicalType.Textual,
                        shapes ->
                                shapes.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                                        .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                                        .setCoercion(
                                                CoercionInputShape.Boolean, CoercionAction.Fail))
                .withCoercionConfig(
                        LogicalType.Boolean,
                        shapes ->
                                shapes.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                                        .setCoercion(
                                                CoercionInputShape.EmptyString,
                                                CoercionAction.Fail))
                .withCoercionConfig(
                        LogicalType.Integer,
                        shapes ->
                                shapes.setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                                        .setCoercion(
                                                CoercionInputShape.Boolean, CoercionAction.Fail)
                                        .setCoercion(
                                                CoercionInputShape.EmptyString,
                                                CoercionAction.Fail))
                .addMixIn(CreateLoadBalancerPayloadDto.class, ReadOnlyMembers.OfLoadBalancer.class)
                .addMixIn(UpdateLoadBalancerPayloadDto.class, ReadOnlyMembers.OfLoadBalancer.class)
                .addMixIn(ListenerDto.class, ReadOnlyMembers.OfListener.class)
                .build();
    }
}
