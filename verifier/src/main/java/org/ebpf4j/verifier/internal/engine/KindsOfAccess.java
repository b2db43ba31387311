package org.ebpf4j.verifier.internal.engine;

import java.util.HashMap;
import java.util.Map;
import org.ebpf4j.verifier.internal.state.Reg;
import org.ebpf4j.verifier.internal.state.RegisterKind;
import org.ebpf4j.verifier.result.Finding.Reason;

/// What the instructions that access memory do so through. The kernel rewrites some accesses, so an
/// instruction that it rewrites has to do the same on every path.
final class KindsOfAccess {
  private final Map<Integer, RegisterKind> kinds = new HashMap<>();

  void note(int at, Reg reg, boolean write) {
    var kind = reg.kind;
    var before = kinds.putIfAbsent(at, kind);
    if (before == null || before == kind) {
      return;
    }
    if (isRewritten(before, write) || isRewritten(kind, write)) {
      throw new Refusal(Reason.PERMISSION, -1, "same insn cannot be used with different pointers");
    }
  }

  private static boolean isRewritten(RegisterKind kind, boolean write) {
    return switch (kind) {
      case CONTEXT, SOCKET, SOCKET_COMMON, TCP_SOCKET, XDP_SOCKET, ARENA -> true;
      case BTF_OBJECT -> !write || kind == RegisterKind.BTF_OBJECT;
      case UNSET,
          SCALAR,
          MAP,
          MAP_VALUE,
          MAP_KEY,
          STACK,
          PACKET_META,
          PACKET,
          PACKET_END,
          FLOW_KEYS,
          TP_BUFFER,
          MEMORY,
          BUFFER,
          FUNCTION,
          INSTRUCTION,
          DYNPTR ->
          false;
    };
  }
}
