package org.ebpf4j.verifier.internal.call;

import java.util.Set;
import org.ebpf4j.verifier.internal.engine.Walk;
import org.ebpf4j.verifier.internal.state.Reg;
import org.ebpf4j.verifier.internal.state.RegisterKind;

/// Pointers into packets, which are no longer valid after some calls.
final class PacketPointers {
  /// `bpf_helper_changes_pkt_data` in `net/core/filter.c`.
  private static final Set<String> CHANGING =
      Set.of(
          "clone_redirect",
          "l3_csum_replace",
          "l4_csum_replace",
          "lwt_push_encap",
          "lwt_seg6_action",
          "lwt_seg6_adjust_srh",
          "lwt_seg6_store_bytes",
          "msg_pop_data",
          "msg_pull_data",
          "msg_push_data",
          "skb_adjust_room",
          "skb_change_head",
          "skb_change_proto",
          "skb_change_tail",
          "skb_pull_data",
          "skb_store_bytes",
          "skb_vlan_pop",
          "skb_vlan_push",
          "store_hdr_opt",
          "tail_call",
          "xdp_adjust_head",
          "xdp_adjust_meta",
          "xdp_adjust_tail");

  private PacketPointers() {}

  /// Whether a helper, by its name without `bpf_`, changes packets.
  static boolean changedBy(String helper) {
    return CHANGING.contains(helper);
  }

  /// They become numbers.
  static void forget(Walk walk) {
    walk.state()
        .forEach(reg -> {
          if (reg.kind.isPacket() || reg.kind == RegisterKind.PACKET_END || reg.has(Reg.SLICE)) {
            reg.markUnknown();
          }
        });
  }
}
