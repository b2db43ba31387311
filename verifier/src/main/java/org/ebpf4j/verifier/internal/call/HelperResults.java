package org.ebpf4j.verifier.internal.call;

import java.util.Set;
import org.ebpf4j.insn.HelperFunction;
import org.ebpf4j.insn.HelperSignature;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.verifier.internal.engine.Refusal;
import org.ebpf4j.verifier.internal.engine.Walk;
import org.ebpf4j.verifier.internal.state.Reg;
import org.ebpf4j.verifier.internal.state.RegisterKind;
import org.ebpf4j.verifier.result.Finding.Reason;
import org.jspecify.annotations.Nullable;

/// What helper functions leave in r0.
///
/// @param name the name of the function without `bpf_`
record HelperResults(Walk walk, HelperFunction helper, String name) {
  private static final int SOCKMAP = 15;
  private static final int SOCKHASH = 18;
  private static final int MOST_ERRORS = 4095;

  /// What gives a reference (`is_acquire_function`).
  private static final Set<String> ACQUIRE =
      Set.of("sk_lookup_tcp", "sk_lookup_udp", "skc_lookup_tcp", "ringbuf_reserve");

  /// What gives the same object under another type (`is_ptr_cast_function`).
  private static final Set<String> CASTS =
      Set.of(
          "tcp_sock",
          "sk_fullsock",
          "skc_to_tcp_sock",
          "skc_to_tcp6_sock",
          "skc_to_udp6_sock",
          "skc_to_mptcp_sock",
          "skc_to_tcp_timewait_sock",
          "skc_to_tcp_request_sock");

  /// What returns at most the size that it was given (`do_refine_retval_range`).
  private static final Set<String> LENGTHS =
      Set.of(
          "get_stack",
          "get_task_stack",
          "probe_read_str",
          "probe_read_kernel_str",
          "probe_read_user_str");

  /// @param map the map among the arguments
  /// @param reference the reference that an argument held, or 0
  /// @param size how many bytes were reserved
  /// @param largest the most bytes that the memory has, or −1
  void set(
      HelperSignature signature,
      @Nullable MapSpec map,
      int mapUid,
      int reference,
      long size,
      int largest) {
    var reg = walk.reg(0);
    int flags = signature.result().nullable() ? Reg.MAYBE_NULL : 0;
    switch (signature.result().kind()) {
      case INTEGER -> {
        reg.markUnknown();
        refine(reg, largest);
        return;
      }
      case VOID -> {
        return;
      }
      case MAP_VALUE -> value(reg, map, mapUid, flags);
      case SOCKET -> pointer(reg, RegisterKind.SOCKET, flags);
      case TCP_SOCKET -> pointer(reg, RegisterKind.TCP_SOCKET, flags);
      case SOCKET_COMMON -> pointer(reg, RegisterKind.SOCKET_COMMON, flags);
      case RINGBUF_RECORD -> {
        pointer(reg, RegisterKind.MEMORY, flags | Reg.RINGBUF);
        reg.memorySize = (int) size;
      }
      case BTF_OBJECT -> {
        var struct =
            name.equals("task_pt_regs") ? "pt_regs" : Prototype.resultStruct(helper.prototype());
        var trusted = name.equals("get_current_task_btf") && walk.rules().atLeast(6, 2);
        Objects.set(walk, 0, struct, flags | (trusted ? Reg.TRUSTED : 0));
      }
      case MEMORY -> {
        return;
      }
      case MEMORY_OR_OBJECT ->
          throw new Refusal(
              Reason.GAVE_UP, -1, "the result of " + helper.name() + " is not followed here");
    }
    if (reg.mayBeNull() && reg.id == 0) {
      reg.id = walk.newId();
    }
    if (CASTS.contains(name) && reference != 0) {
      reg.referenceId = reference;
    } else if (acquires(map)) {
      reg.referenceId = Held.acquire(walk);
      reg.id = reg.referenceId;
    }
  }

  private boolean acquires(@Nullable MapSpec map) {
    return ACQUIRE.contains(name)
        || (name.equals("map_lookup_elem")
            && map != null
            && (map.type() == SOCKMAP || map.type() == SOCKHASH));
  }

  private static void pointer(Reg reg, RegisterKind kind, int flags) {
    reg.markPointer(kind);
    reg.flags = flags;
  }

  private void value(Reg reg, @Nullable MapSpec map, int mapUid, int flags) {
    if (map == null) {
      throw new Refusal(Reason.CALL, -1, "unexpected null map_ptr");
    }
    if (name.equals("map_lookup_elem") && (map.type() == 12 || map.type() == 13)) {
      pointer(reg, RegisterKind.MAP, flags);
      reg.map =
          map.inner()
              .orElseThrow(() ->
                  new Refusal(
                      Reason.GAVE_UP, -1, "what is inside map '" + map.name() + "' is not known"));
      reg.id = walk.newId();
      reg.mapUid = walk.isToldApart(reg.map) ? reg.id : 0;
      return;
    }
    walk.pointToValue(reg, map, mapUid, (flags & Reg.MAYBE_NULL) != 0);
  }

  private void refine(Reg reg, int largest) {
    if (LENGTHS.contains(name) && largest >= 0 && walk.rules().atLeast(5, 10)) {
      reg.smin = -MOST_ERRORS;
      reg.smax = largest;
      reg.s32min = -MOST_ERRORS;
      reg.s32max = largest;
      reg.sync();
    }
  }
}
