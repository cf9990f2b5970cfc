package dev.plimsoll.api.forwarding.web;

import dev.plimsoll.api.ApiSettings;
import dev.plimsoll.api.forwarding.ForwardingRule;
import dev.plimsoll.api.forwarding.ForwardingRules;
import dev.plimsoll.api.forwarding.RuleBook;
import dev.plimsoll.api.loadbalancer.LoadBalancerReads;
import dev.plimsoll.api.loadbalancer.LoadBalancerView;
import dev.plimsoll.api.loadbalancer.Precondition;
import dev.plimsoll.api.loadbalancer.Settling;
import dev.plimsoll.api.loadbalancer.Written;
import dev.plimsoll.api.loadbalancer.web.DryRuns;
import dev.plimsoll.api.loadbalancer.web.Patience;
import dev.plimsoll.api.tenancy.Permission;
import dev.plimsoll.api.tenancy.Requires;
import dev.plimsoll.api.write.web.IdempotentPosts;
import dev.plimsoll.api.write.web.Origins;
import dev.plimsoll.openapi.api.ForwardingRulesApi;
import dev.plimsoll.openapi.model.CreateForwardingRulePayloadDto;
import dev.plimsoll.openapi.model.ForwardingRuleDto;
import dev.plimsoll.openapi.model.ForwardingRuleMemberDto;
import dev.plimsoll.openapi.model.ListForwardingRulesResponseDto;
import dev.plimsoll.openapi.model.UpdateForwardingRulePayloadDto;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RestController;

@RestController
class ForwardingRulesController implements ForwardingRulesApi {
    private final ForwardingRules rules;
    private final LoadBalancerReads reads;
    private final Settling settling;
    private final DryRuns dryRuns;
    private final IdempotentPosts posts;
    private final ApiSettings.Patience patience;

    ForwardingRulesController(
            ForwardingRules rules,
            LoadBalancerReads reads,
            Settling settling,
            DryRuns dryRuns,
            IdempotentPosts posts,
            ApiSettings settings) {
        this.rules = rules;
        this.reads = reads;
        this.settling = settling;
        this.dryRuns = dryRuns;
        this.posts = posts;
        this.patience = settings.patience();
    }

    @Override
    @Requires(Permission.READ_PROJECT)
    public ResponseEntity<ListForwardingRulesResponseDto> listForwardingRules(
            String projectId, String region, String name, @Nullable String ifNoneMatch) {
        var view = reads.get(UUID.fromString(projectId), region, name);
        var found = new RuleBook(view.spec()).all();
        return ResponseEntity.ok()
                .eTag(view.version())
                .body(
                        new ListForwardingRulesResponseDto()
                                .version(view.version())
                                .forwardingRules(
                                        found.stream()
                                                .map(ForwardingRulesController::dto)
                                                .toList()));
    }

    @Override
    @Requires(Permission.READ_PROJECT)
    public ResponseEntity<ForwardingRuleDto> getForwardingRule(
            String projectId,
            String region,
            String name,
            String ruleName,
            @Nullable String ifNoneMatch) {
        var view = reads.get(UUID.fromString(projectId), region, name);
        return ResponseEntity.ok()
                .eTag(view.version())
                .body(dto(new RuleBook(view.spec()).get(ruleName)));
    }

    @Override
    @Requires(Permission.WRITE_PROJECT)
    public ResponseEntity<ForwardingRuleDto> createForwardingRule(
            String projectId,
            String region,
            String name,
            CreateForwardingRulePayloadDto payload,
            @Nullable String ifMatch,
            @Nullable String prefer,
            @Nullable String dryRun,
            @Nullable String idempotencyKey) {
        var place = place(projectId, region, name, ifMatch);
        var rule =
                new ForwardingRule(
                        payload.getName(),
                        payload.getPort(),
                        payload.getBackendPort(),
                        members(payload.getMembers()),
                        Boolean.TRUE.equals(payload.getProxyProtocol()));
        var origin = Origins.current();
        var most = Patience.of(prefer, patience.put(), patience.max());
        return DryRuns.isAsked(dryRun)
                ? dryRuns.of(region, () -> rules.create(place, rule, origin))
                : posts.by(idempotencyKey, place.projectId(), payload)
                        .once(
                                ForwardingRuleDto.class,
                                () -> rules.create(place, rule, origin).view(),
                                view -> answer(view, ruleOnPort(rule.port())),
                                created -> settling.await(created, most));
    }

    @Override
    @Requires(Permission.WRITE_PROJECT)
    public ResponseEntity<ForwardingRuleDto> updateForwardingRule(
            String projectId,
            String region,
            String name,
            String ruleName,
            UpdateForwardingRulePayloadDto payload,
            @Nullable String ifMatch,
            @Nullable String prefer,
            @Nullable String dryRun) {
        var place = place(projectId, region, name, ifMatch);
        var rule =
                new ForwardingRule(
                        payload.getName(),
                        payload.getPort(),
                        payload.getBackendPort(),
                        members(payload.getMembers()),
                        Boolean.TRUE.equals(payload.getProxyProtocol()));
        var origin = Origins.current();
        return write(
                region,
                () -> rules.update(place, ruleName, rule, origin),
                prefer,
                dryRun,
                ruleOnPort(rule.port()));
    }

    @Override
    @Requires(Permission.WRITE_PROJECT)
    public ResponseEntity<Object> deleteForwardingRule(
            String projectId,
            String region,
            String name,
            String ruleName,
            @Nullable String ifMatch,
            @Nullable String prefer,
            @Nullable String dryRun) {
        var place = place(projectId, region, name, ifMatch);
        var origin = Origins.current();
        return write(
                region, () -> rules.delete(place, ruleName, origin), prefer, dryRun, _ -> Map.of());
    }

    private <B> ResponseEntity<B> write(
            String region,
            Supplier<Written> write,
            @Nullable String prefer,
            @Nullable String dryRun,
            Function<LoadBalancerView, B> body) {
        var most = Patience.of(prefer, patience.put(), patience.max());
        if (DryRuns.isAsked(dryRun)) {
            return dryRuns.of(region, write);
        }
        return answer(settling.await(write.get().view(), most), body);
    }

    private static <B> ResponseEntity<B> answer(
            LoadBalancerView view, Function<LoadBalancerView, B> body) {
        return ResponseEntity.ok().eTag(view.version()).body(body.apply(view));
    }

    private static Function<LoadBalancerView, ForwardingRuleDto> ruleOnPort(
            @Nullable Integer port) {
        return view -> dto(new RuleBook(view.spec()).onPort(port).orElseThrow());
    }

    private static ForwardingRules.Place place(
            String projectId, String region, String name, @Nullable String ifMatch) {
        return new ForwardingRules.Place(
                UUID.fromString(projectId), region, name, new Precondition(ifMatch));
    }

    private static List<ForwardingRule.Member> members(
            @Nullable List<ForwardingRuleMemberDto> sent) {
        return sent == null
                ? List.of()
                : sent.stream()
                        .map(it ->
                                it == null
                                        ? new ForwardingRule.Member(null, null)
                                        : new ForwardingRule.Member(it.getIp(), it.getName()))
                        .toList();
    }

    private static ForwardingRuleDto dto(ForwardingRule rule) {
        return new ForwardingRuleDto()
                .name(rule.name())
                .port(rule.port())
                .protocol(ForwardingRuleDto.ProtocolEnum.TCP)
                .backendPort(rule.backendPort())
                .members(
                        rule.members().stream()
                                .map(it ->
                                        new ForwardingRuleMemberDto().ip(it.ip()).name(it.name()))
                                .toList())
                .proxyProtocol(rule.proxyProtocol());
    }
}
