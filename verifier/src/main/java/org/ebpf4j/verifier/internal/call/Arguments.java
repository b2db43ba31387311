package org.ebpf4j.verifier.internal.call;

import org.ebpf4j.insn.HelperSignature.Argument;
import org.ebpf4j.verifier.internal.engine.Refusal;
import org.ebpf4j.verifier.internal.engine.Walk;
import org.ebpf4j.verifier.internal.state.Reg;
import org.ebpf4j.verifier.internal.state.RegisterKind;
import org.ebpf4j.verifier.result.Finding.Reason;

/// What registers have to hold for a call (`check_reg_type` in `kernel/bpf/verifier.c`).
final class Arguments {
  /// What makes a pointer to an object of the kernel another one.
  private static final int MODIFIERS =
      Reg.ALLOCATED | Reg.UNTRUSTED | Reg.NON_OWNING | Reg.PER_CPU | Reg.USER | Reg.RCU;

  private Arguments() {}

  /// Whether a register holds what an argument asks for, apart from memory and its bounds.
  ///
  /// @throws Refusal where it does not
  static void check(Walk walk, int register, Argument argument) {
    var reg = walk.reg(register);
    if (reg.mayBeNull() && !argument.nullable()) {
      throw nullable(walk, register, expected(argument));
    }
    if (!matches(reg, argument)) {
      throw wrong(walk, register, expected(argument));
    }
  }

  private static boolean matches(Reg reg, Argument argument) {
    return switch (argument.kind()) {
      case ANYTHING -> true;
      case SCALAR, SIZE, SIZE_OR_ZERO, ALLOCATION_SIZE -> reg.isScalar();
      case CONTEXT -> reg.kind == RegisterKind.CONTEXT;
      case MAP -> reg.kind == RegisterKind.MAP;
      case MAP_KEY, MAP_VALUE, MEMORY -> isMemory(reg);
      case SPIN_LOCK ->
          reg.kind == RegisterKind.MAP_VALUE
              || (reg.kind == RegisterKind.BTF_OBJECT && reg.has(Reg.ALLOCATED));
      case SOCKET_COMMON -> isSocket(reg);
      case SOCKET -> reg.kind == RegisterKind.SOCKET;
      case BTF_OBJECT -> isObject(reg);
      case BTF_SOCKET_COMMON ->
          isSocket(reg) || (isObject(reg) && !reg.has(Reg.RCU) && !reg.has(Reg.ALLOCATED));
      case PERCPU_OBJECT -> reg.kind == RegisterKind.BTF_OBJECT && reg.has(Reg.PER_CPU);
      case RINGBUF_RECORD -> reg.kind == RegisterKind.MEMORY && reg.has(Reg.RINGBUF);
      case FUNCTION -> reg.kind == RegisterKind.FUNCTION;
      case STACK -> reg.kind == RegisterKind.STACK;
      case CONSTANT_STRING, TIMER -> reg.kind == RegisterKind.MAP_VALUE;
      case KPTR_DESTINATION ->
          reg.kind == RegisterKind.MAP_VALUE
              || (reg.kind == RegisterKind.BTF_OBJECT && reg.has(Reg.ALLOCATED));
      case DYNPTR, LOCAL_DYNPTR, RINGBUF_DYNPTR ->
          reg.kind == RegisterKind.STACK || reg.kind == RegisterKind.DYNPTR;
    };
  }

  private static boolean isMemory(Reg reg) {
    return switch (reg.kind) {
      case STACK, PACKET, PACKET_META, MAP_KEY, MAP_VALUE, BUFFER, CONTEXT -> true;
      case MEMORY -> true;
      case BTF_OBJECT -> reg.has(Reg.TRUSTED) && (reg.flags & MODIFIERS) == 0;
      case UNSET,
          SCALAR,
          MAP,
          PACKET_END,
          FLOW_KEYS,
          SOCKET,
          SOCKET_COMMON,
          TCP_SOCKET,
          TP_BUFFER,
          XDP_SOCKET,
          ARENA,
          FUNCTION,
          INSTRUCTION,
          DYNPTR ->
          false;
    };
  }

  private static boolean isSocket(Reg reg) {
    return reg.kind == RegisterKind.SOCKET
        || reg.kind == RegisterKind.SOCKET_COMMON
        || reg.kind == RegisterKind.TCP_SOCKET
        || reg.kind == RegisterKind.XDP_SOCKET;
  }

  /// A structure of the kernel, as a hook gave it, trusted, or under RCU.
  private static boolean isObject(Reg reg) {
    return reg.kind == RegisterKind.BTF_OBJECT && (reg.flags & MODIFIERS & ~Reg.RCU) == 0;
  }

  private static String expected(Argument argument) {
    return switch (argument.kind()) {
      case ANYTHING, SCALAR, SIZE, SIZE_OR_ZERO, ALLOCATION_SIZE -> "scalar";
      case CONTEXT -> "ctx";
      case MAP -> "map_ptr";
      case MAP_KEY, MAP_VALUE, MEMORY ->
          "fp, pkt, pkt_meta, map_key, map_value, mem, ringbuf_mem, buf, trusted_ptr_";
      case SPIN_LOCK -> "map_value, ptr_";
      case SOCKET_COMMON -> "sock_common, sock, tcp_sock, xdp_sock";
      case SOCKET -> "sock";
      case BTF_OBJECT -> "ptr_, trusted_ptr_, rcu_ptr_";
      case BTF_SOCKET_COMMON -> "sock_common, sock, tcp_sock, xdp_sock, ptr_, trusted_ptr_";
      case PERCPU_OBJECT -> "percpu_ptr_";
      case RINGBUF_RECORD -> "ringbuf_mem";
      case FUNCTION -> "func";
      case STACK -> "fp";
      case CONSTANT_STRING, TIMER -> "map_value";
      case KPTR_DESTINATION -> "map_value, ptr_";
      case DYNPTR, LOCAL_DYNPTR, RINGBUF_DYNPTR -> "fp, dynptr_ptr";
    };
  }

  /// The name of what a register holds, as the kernel prints it.
  static String text(Reg reg) {
    var text = new StringBuilder();
    if (reg.has(Reg.READ_ONLY)) {
      text.append("rdonly_");
    }
    if (reg.has(Reg.RINGBUF)) {
      text.append("ringbuf_");
    }
    if (reg.has(Reg.USER)) {
      text.append("user_");
    }
    if (reg.has(Reg.PER_CPU)) {
      text.append("percpu_");
    }
    if (reg.has(Reg.RCU)) {
      text.append("rcu_");
    }
    if (reg.has(Reg.UNTRUSTED)) {
      text.append("untrusted_");
    }
    if (reg.has(Reg.TRUSTED)) {
      text.append("trusted_");
    }
    var label = reg.kind.label();
    if (reg.mayBeNull()) {
      label = label.endsWith("_") ? label + "or_null_" : label + "_or_null";
    }
    return text.append(label).toString();
  }

  /// A register that holds something else than a call asks for.
  static Refusal wrong(Walk walk, int register, String expected) {
    var reg = walk.reg(register);
    if (reg.mayBeNull()) {
      return nullable(walk, register, expected);
    }
    return new Refusal(
        Reason.CALL,
        register,
        "R%d type=%s expected=%s".formatted(register, text(reg), expected),
        "",
        "hand what the prototype of the function asks for");
  }

  private static Refusal nullable(Walk walk, int register, String expected) {
    return new Refusal(
        Reason.NULL,
        register,
        "R%d type=%s expected=%s".formatted(register, text(walk.reg(register)), expected),
        "a check that the pointer is not null",
        "check it after the call that gave it: if (!p) return …");
  }
}
