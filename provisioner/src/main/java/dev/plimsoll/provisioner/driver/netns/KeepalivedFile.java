package dev.plimsoll.provisioner.driver.netns;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * keepalived.conf of one machine. All that varies are addresses, numbers, and names made here.
 *
 * @param own this machine's address
 * @param peers addresses of the load balancer's other machines; adverts from anybody else are not
 *     listened to
 */
record KeepalivedFile(
        int slot,
        Duration advert,
        Ipv4 own,
        List<Ipv4> peers,
        Ipv4 privateVip,
        @Nullable Ipv4 externalVip) {
    static final String INSTANCE = "plimsoll";

    private static final int HIGHEST_PRIORITY = 254;

    KeepalivedFile {
        peers = List.copyOf(peers);
    }

    String text() {
        return """
        global_defs {
          router_id plimsoll_%d
          vrrp_version 3
          script_user root
          enable_script_security
          vrrp_notify_fifo "%s"
          vrrp_garp_master_delay 1
          vrrp_garp_master_repeat 3
          vrrp_garp_master_refresh 10
          vrrp_garp_master_refresh_repeat 1
          max_auto_priority 50
        }
        track_file agent {
          file "%s"
          weight 0
        }
        vrrp_instance %s {
          state BACKUP
          nopreempt
          interface %s
          virtual_router_id 1
          priority %d
          advert_int %d.%02d
          check_unicast_src
          unicast_src_ip %s
          unicast_peer {
        %s
          }
          virtual_ipaddress {
        %s
          }
          track_interface {
            %s
          }
          track_file {
            agent
          }
        }
        """
                .formatted(
                        slot,
                        Inside.ROLE_FIFO,
                        Inside.TRACK_FILE,
                        INSTANCE,
                        Names.TENANT,
                        HIGHEST_PRIORITY - slot,
                        advert.toSeconds(),
                        advert.toMillisPart() / 10,
                        own,
                        peers.stream().map("    %s"::formatted).collect(Collectors.joining("\n")),
                        vips("    %s/32 dev %s"),
                        Names.EXTERNAL);
    }

    /** For the supervisor: an address and its link on each line. */
    String vipsText() {
        return vips("%s %s") + "\n";
    }

    private String vips(String form) {
        var inside = form.formatted(privateVip, Names.TENANT);
        return externalVip == null
                ? inside
                : inside + "\n" + form.formatted(externalVip, Names.EXTERNAL);
    }
}
