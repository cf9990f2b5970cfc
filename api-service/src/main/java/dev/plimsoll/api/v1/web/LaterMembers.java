package dev.plimsoll.api.v1.web;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.plimsoll.openapi.model.ActiveHealthCheckDto;
import dev.plimsoll.openapi.model.CreateLoadBalancerPayloadDto;
import dev.plimsoll.openapi.model.CredentialsResponseDto;
import dev.plimsoll.openapi.model.GetQuotaResponseDto;
import dev.plimsoll.openapi.model.LoadBalancerDto;
import dev.plimsoll.openapi.model.LoadBalancerErrorDto;
import dev.plimsoll.openapi.model.PlanDetailsDto;
import dev.plimsoll.openapi.model.UpdateLoadBalancerPayloadDto;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

/** What v2 has added. */
final class LaterMembers {
    private static final Set<String> OF_LOAD_BALANCERS =
            Set.of(
                    "region",
                    "labels",
                    "disableTargetSecurityGroupAssignment",
                    "targetSecurityGroup",
                    "loadBalancerSecurityGroup");

    /** Members of the contract's types. */
    static final Map<Class<?>, Set<String>> BY_TYPE =
            Map.of(
                    LoadBalancerDto.class,
                    OF_LOAD_BALANCERS,
                    CreateLoadBalancerPayloadDto.class,
                    OF_LOAD_BALANCERS,
                    UpdateLoadBalancerPayloadDto.class,
                    OF_LOAD_BALANCERS,
                    ActiveHealthCheckDto.class,
                    Set.of("altPort", "httpHealthChecks"),
                    CredentialsResponseDto.class,
                    Set.of("region"),
                    PlanDetailsDto.class,
                    Set.of("region"),
                    GetQuotaResponseDto.class,
                    Set.of("region", "usedLoadBalancers", "maxCredentials", "usedCredentials"));

    /** Types of errors; a client of v1 reads {@code TYPE_INTERNAL} in their place. */
    static final Set<LoadBalancerErrorDto.TypeEnum> ERRORS =
            Set.of(
                    LoadBalancerErrorDto.TypeEnum.TYPE_IP_EXHAUSTED,
                    LoadBalancerErrorDto.TypeEnum.TYPE_DNS_NOT_CONFIGURED,
                    LoadBalancerErrorDto.TypeEnum.TYPE_VM_PORT_NOT_CONFIGURED);

    private LaterMembers() {}

    /** Writes the contract's types without all this. */
    static JsonMapper omittingMapper() {
        var builder =
                JsonMapper.builder()
                        .addModule(
                                new SimpleModule()
                                        .addSerializer(
                                                LoadBalancerErrorDto.TypeEnum.class,
                                                new ErrorTypes()));
        BY_TYPE.forEach((type, members) ->
                builder.withConfigOverride(
                        type,
                        it ->
                                it.setIgnorals(
                                        JsonIgnoreProperties.Value.forIgnoredProperties(members))));
        return builder.build();
    }

    private static final class ErrorTypes extends StdSerializer<LoadBalancerErrorDto.TypeEnum> {
        ErrorTypes() {
            super(LoadBalancerErrorDto.TypeEnum.class);
        }

        @Override
        public void serialize(
                LoadBalancerErrorDto.TypeEnum type,
                JsonGenerator generator,
                SerializationContext context) {
            generator.writeString(
                    (ERRORS.contains(type) ? LoadBalancerErrorDto.TypeEnum.TYPE_INTERNAL : type)
                            .getValue());
        }
    }
}
