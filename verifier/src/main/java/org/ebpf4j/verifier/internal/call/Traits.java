package org.ebpf4j.verifier.internal.call;

import java.util.Set;
import org.ebpf4j.insn.HelperFunction;
import org.ebpf4j.insn.Kfunc;
import org.ebpf4j.insn.KfuncFlag;
import org.ebpf4j.verifier.internal.engine.CallRules.CallTraits;

/// What calls do, before any path is walked.
final class Traits {
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

  /// Functions that call one of the program before they return.
  private static final Set<String> CALLING_BACK =
      Set.of("for_each_map_elem", "find_vma", "loop", "user_ringbuf_drain");

  private Traits() {}

  /// Whether a helper, by its name without `bpf_`, changes packets.
  static boolean changesPackets(String helper) {
    return CHANGING.contains(helper);
  }

  static CallTraits of(HelperFunction helper) {
    var name = helper.name().substring("bpf_".length());
    var arguments =
        helper.signatures().stream().mapToInt(s -> s.arguments().size()).max().orElse(5);
    return new CallTraits(
        CALLING_BACK.contains(name),
        name.equals("timer_set_callback"),
        false,
        CHANGING.contains(name),
        false,
        helper.sleeps(),
        arguments);
  }

  /// Kfuncs that change packets (`bpf_is_kfunc_pkt_changing`).
  private static final Set<String> CHANGING_KFUNCS = Set.of("bpf_xdp_pull_data");

  static CallTraits of(Kfunc kfunc) {
    var name = kfunc.name();
    return new CallTraits(
        name.startsWith("bpf_rbtree_add"),
        name.startsWith("bpf_wq_set_callback") || name.startsWith("bpf_task_work_schedule"),
        kfunc.is(KfuncFlag.ITER_NEXT),
        CHANGING_KFUNCS.contains(name),
        name.equals("bpf_throw"),
        kfunc.is(KfuncFlag.SLEEPABLE),
        5);
  }

  /// Whether a kfunc changes packets.
  static boolean kfuncChangesPackets(String name) {
    return CHANGING_KFUNCS.contains(name);
  }
}
