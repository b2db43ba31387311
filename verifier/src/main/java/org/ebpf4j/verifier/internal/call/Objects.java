package org.ebpf4j.verifier.internal.call;

import java.util.Map;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.insn.HelperFunction;
import org.ebpf4j.insn.HelperSignature.Argument;
import org.ebpf4j.insn.HelperSignature.Kind;
import org.ebpf4j.verifier.internal.engine.Refusal;
import org.ebpf4j.verifier.internal.engine.Walk;
import org.ebpf4j.verifier.internal.state.Reg;
import org.ebpf4j.verifier.internal.state.RegisterKind;
import org.ebpf4j.verifier.result.Finding.Reason;

/// Structures of the kernel that programs hand to its functions.
final class Objects {
  private static final String STRUCT = "struct ";
  private static final String SOCKET_COMMON = "sock_common";
  private static final int DEPTH = 16;

  /// Structs of arguments whose prototypes only say `void *`.
  private static final Map<String, String> BEHIND_VOID =
      Map.of(
          "bpf_inode_storage_get", "inode",
          "bpf_inode_storage_delete", "inode",
          "bpf_sk_storage_get", SOCKET_COMMON,
          "bpf_sk_storage_delete", SOCKET_COMMON,
          "bpf_skb_output", "sk_buff",
          "bpf_xdp_output", "xdp_buff",
          "bpf_tcp_send_ack", "tcp_sock");

  private Objects() {}

  /// The argument of a helper has the type that it asks for.
  static void check(Walk walk, int register, HelperFunction helper, Argument argument) {
    var reg = walk.reg(register);
    if (reg.kind != RegisterKind.BTF_OBJECT) {
      return;
    }
    var wanted =
        argument.kind() == Kind.BTF_SOCKET_COMMON ? SOCKET_COMMON : wanted(helper, register);
    if (wanted.isEmpty()) {
      throw new Refusal(
          Reason.GAVE_UP,
          register,
          "the type of argument " + register + " of " + helper.name() + " is not known here");
    }
    match(walk, register, wanted, argument.releases() && !helper.name().equals("bpf_sk_release"));
  }

  private static String wanted(HelperFunction helper, int register) {
    var type = Prototype.parameter(helper.prototype(), register - 1).replace("*", "").strip();
    return type.startsWith(STRUCT)
        ? type.substring(STRUCT.length())
        : BEHIND_VOID.getOrDefault(helper.name(), "");
  }

  /// A socket in any of the forms that programs hold one.
  static void checkSocket(Walk walk, int register) {
    var reg = walk.reg(register);
    if (reg.mayBeNull()) {
      throw Arguments.wrong(walk, register, "sock_common, sock, tcp_sock, xdp_sock, ptr_");
    }
    switch (reg.kind) {
      case SOCKET, SOCKET_COMMON, TCP_SOCKET, XDP_SOCKET -> {}
      case BTF_OBJECT -> match(walk, register, SOCKET_COMMON, false);
      case UNSET,
          SCALAR,
          CONTEXT,
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
          ARENA,
          BUFFER,
          FUNCTION,
          INSTRUCTION,
          DYNPTR ->
          throw Arguments.wrong(
              walk, register, "sock_common, sock, tcp_sock, xdp_sock, ptr_, trusted_ptr_");
    }
  }

  /// The object has a type, or begins with one where the pointer points to.
  static void match(Walk walk, int register, String wanted, boolean exactly) {
    var reg = walk.reg(register);
    var types = reg.btf;
    if (types == null) {
      throw new Refusal(Reason.GAVE_UP, register, "the type of the object is not known");
    }
    if (!isA(types, reg.btfType, reg.off, wanted, exactly)) {
      throw new Refusal(
          Reason.TYPES,
          register,
          "R%d is of type %s but %s is expected"
              .formatted(register, types.name(types.resolve(reg.btfType)), wanted));
    }
  }

  /// Whether a struct of a name is at an offset of another.
  static boolean isA(Btf types, int type, long offset, String wanted, boolean exactly) {
    int id = types.resolve(type);
    long at = offset;
    for (int depth = 0; depth < DEPTH; depth++) {
      if (!(types.type(id) instanceof BtfType.Struct struct)) {
        return false;
      }
      if (at == 0 && struct.name().equals(wanted)) {
        return true;
      }
      if (exactly || struct.union()) {
        return false;
      }
      int next = 0;
      for (var member : struct.members()) {
        long begin = member.bitOffset() / Byte.SIZE;
        int inner = types.resolve(member.type());
        if (member.bits() == 0
            && types.type(inner) instanceof BtfType.Struct one
            && begin <= at
            && at < begin + one.size()) {
          next = inner;
          at -= begin;
          break;
        }
      }
      if (next == 0) {
        return false;
      }
      id = next;
    }
    return false;
  }

  /// The id of a struct of the kernel.
  static int id(Walk walk, String name) {
    var types = walk.program().kernelTypes().orElse(null);
    if (types != null) {
      for (int id : types.ids(name)) {
        if (types.type(id) instanceof BtfType.Struct) {
          return id;
        }
      }
    }
    throw new Refusal(
        Reason.GAVE_UP, -1, "struct " + name + " is not among the types of the kernel");
  }

  /// Puts a pointer to a structure of the kernel into a register.
  static void set(Walk walk, int register, String struct, int flags) {
    int id = id(walk, struct);
    Reg reg = walk.reg(register);
    reg.markPointer(RegisterKind.BTF_OBJECT);
    reg.flags = flags;
    reg.btf = walk.program().kernelTypes().orElseThrow();
    reg.btfType = id;
  }

  /// What a global function is given as an object of the kernel.
  static void requireArgument(
      Walk walk, int register, int type, boolean nullable, boolean trusted) {
    var reg = walk.reg(register);
    if (!trusted) {
      // The function reads it as what nobody vouches for, so that any value does.
      return;
    }
    if (reg.mayBeNull() && !nullable) {
      throw new Refusal(
          Reason.NULL,
          register,
          "R%d type=%s expected=ptr_, trusted_ptr_, rcu_ptr_"
              .formatted(register, Arguments.text(reg)));
    }
    int modifiers =
        Reg.UNTRUSTED | Reg.PER_CPU | Reg.USER | Reg.ALLOCATED | Reg.NON_OWNING | Reg.RCU;
    if (reg.kind != RegisterKind.BTF_OBJECT
        || (reg.flags & modifiers) != 0
        || (!reg.has(Reg.TRUSTED) && reg.referenceId == 0)) {
      throw new Refusal(
          Reason.CALL,
          register,
          "R%d type=%s expected=ptr_, trusted_ptr_, rcu_ptr_"
              .formatted(register, Arguments.text(reg)));
    }
    var types = walk.program().kernelTypes().orElseThrow();
    if (!reg.isConstant() || reg.constant() != 0 || reg.off < 0) {
      throw new Refusal(Reason.POINTER_ARITHMETIC, register, "R" + register + " has an offset");
    }
    match(walk, register, types.name(types.resolve(type)), false);
  }
}
