package dev.plimsoll.provisioner.driver.netns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.provisioner.machine.Arrangement.Transport;
import dev.plimsoll.provisioner.machine.MachineOutcome;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who can talk to whom, tried with connections between real namespaces. */
class SecurityGroupsTest extends NetworkTest {
    @Test
    void targetsLetInTheMachinesOnPoolAndHealthPortsAndNobodyElse() throws IOException {
        arrange(wanted(true, Set.of(RED)));

        for (var machine : pair) {
            assertThat(Server.reaches(inside(machine), RED, POOL)).isTrue();
            assertThat(Server.reaches(inside(machine), RED, HEALTH)).isTrue();
            assertThat(Server.reaches(inside(machine), RED, SSH)).isFalse();
            assertThat(Server.reaches(inside(machine), BLUE, POOL)).isFalse();
        }
        for (var port : List.of(SSH, POOL, HEALTH)) {
            assertThat(blue.reaches(RED, port)).isFalse();
        }
    }

    @Test
    void rulesFollowThePoolsAndAreGoneAfterDeletion() throws IOException {
        arrange(wanted(true, Set.of(RED)));
        arrange(wanted(true, Set.of(BLUE)));

        assertThat(Server.reaches(inside(pair.getFirst()), RED, POOL)).isFalse();
        assertThat(Server.reaches(inside(pair.getFirst()), BLUE, POOL)).isTrue();
        assertThat(networks.groupsOf(redId)).isEmpty();

        pair.forEach(driver::fence);
        pair.forEach(driver::remove);
        assertThat(driver.forget(loadBalancer)).isInstanceOf(MachineOutcome.Ok.class);

        assertThat(networks.groupsOf(blueId)).isEmpty();
        assertThat(new Namespace(blue.namespace()).run("", "nft", "list", "ruleset"))
                .doesNotContain("10.250.192.");
        assertThat(driver.networking().orElseThrow().arranged(loadBalancer)).isEmpty();
    }

    @Test
    void targetsAreLeftAloneOnRequestAndAUsersRuleForTheMachinesGroupAdmitsThem()
            throws IOException {
        arrange(wanted(false, Set.of(RED)));
        assertThat(networks.groupsOf(redId)).isEmpty();
        assertThat(Server.reaches(inside(pair.getFirst()), RED, POOL)).isFalse();

        var own = networks.createGroup("web servers");
        networks.addRule(own, SecurityGroup.Rule.from(ofMachines.id(), Transport.TCP, POOL));
        networks.assign(redId, own);

        assertThat(Server.reaches(inside(pair.getFirst()), RED, POOL)).isTrue();
        assertThat(Server.reaches(inside(pair.getLast()), RED, POOL)).isTrue();
        assertThat(Server.reaches(inside(pair.getFirst()), RED, HEALTH)).isFalse();
        assertThat(blue.reaches(RED, POOL)).isFalse();
    }

    @Test
    void groupsThatOthersAssignMeanwhileArePreserved() throws IOException {
        var admin = networks.createGroup("admin");
        networks.addRule(admin, SecurityGroup.Rule.from(BLUE + "/32", Transport.TCP, SSH));
        networks.assign(redId, admin);
        arrange(wanted(true, Set.of(RED)));
        var late = networks.createGroup("late");
        networks.addRule(late, SecurityGroup.Rule.from(BLUE + "/32", Transport.TCP, HEALTH));
        networks.assign(redId, late);

        arrange(wanted(true, Set.of(RED, BLUE)));
        arrange(wanted(true, Set.of(BLUE)));

        assertThat(networks.groupsOf(redId)).containsExactlyInAnyOrder(admin, late);
        assertThat(blue.reaches(RED, SSH)).isTrue();
        assertThat(blue.reaches(RED, HEALTH)).isTrue();
        assertThat(blue.reaches(RED, POOL)).isFalse();
    }

    @Test
    void machinesLetInClientsOnListenerPortsOfTheVipsAlone() throws IOException {
        arrange(wanted(true, Set.of(RED)));
        var active = pair.getFirst();
        giveVip(active);

        assertThat(client.reaches(VIP, 80)).isTrue(); // refused by the kernel: nobody listens
        assertThat(client.reaches(VIP, 81)).isFalse();
        assertThat(client.reaches(VIP, Inside.ADMIN_PORT)).isFalse();
        for (var machine : pair) {
            for (var port : List.of(80, SSH, Inside.ADMIN_PORT)) {
                assertThat(red.reaches(address(machine), port)).isFalse();
            }
        }
        var other = Server.reaches(inside(active), address(pair.getLast()), Inside.ADMIN_PORT);
        assertThat(other).isFalse();
    }

    @Test
    void connectionsOfOtherSourcesThanAllowedAreDroppedByThePacketFilter() throws IOException {
        arrange(wanted(true, Set.of(RED), List.of("203.0.113.0/24", "2001:db8::/32")));
        giveVip(pair.getFirst());
        assertThat(client.reaches(VIP, 80)).isFalse();

        arrange(wanted(true, Set.of(RED), List.of("198.51.100.0/28")));
        assertThat(client.reaches(VIP, 80)).isTrue();

        arrange(wanted(true, Set.of(RED), List.of("198.51.100.128/25", "0.0.0.0/0")));
        assertThat(client.reaches(VIP, 80)).isTrue();
    }

    @Test
    void nobodyIsGivenAnAddressTwice() throws IOException {
        arrange(wanted(true, Set.of(RED)));

        var all = Stream.concat(pair.stream().map(this::address), Stream.of(RED, BLUE)).toList();

        assertThat(all).doesNotHaveDuplicates();
        assertThatThrownBy(() -> networks.plug(network, client.namespace(), "eth1", RED))
                .hasMessageContaining("Somebody else has the address");
        assertThatThrownBy(() ->
                        networks.plug(
                                network, client.namespace(), "eth1", address(pair.getFirst())))
                .hasMessageContaining("which is for servers");
    }

    @Test
    void aServerThatIsGoneStopsNobody() throws IOException {
        blue.close();

        arrange(wanted(true, Set.of(RED, BLUE)));

        assertThat(Server.reaches(inside(pair.getFirst()), RED, POOL)).isTrue();
    }
}
