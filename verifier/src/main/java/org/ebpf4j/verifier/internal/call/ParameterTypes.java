package org.ebpf4j.verifier.internal.call;

import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;

/// What structs in the prototypes of kfuncs stand for.
final class ParameterTypes {
  private ParameterTypes() {}

  /// Whether a struct is the context of programs of a type.
  static boolean isContextOf(String struct, ProgramType type) {
    return switch (struct) {
      case "__sk_buff" ->
          switch (type) {
            case SOCKET_FILTER,
                SCHED_CLS,
                SCHED_ACT,
                CGROUP_SKB,
                LWT_IN,
                LWT_OUT,
                LWT_XMIT,
                LWT_SEG6LOCAL,
                SK_SKB ->
                true;
            default -> false;
          };
      case "xdp_md" -> type == ProgramType.XDP;
      case "bpf_sock_addr" -> type == ProgramType.CGROUP_SOCK_ADDR;
      case "bpf_sock_ops" -> type == ProgramType.SOCK_OPS;
      default -> false;
    };
  }

  /// Whether a struct has numbers only, so that any bytes are one.
  static boolean isPlain(Btf types, BtfType.Struct struct, int depth) {
    for (var member : struct.members()) {
      int id = types.resolve(member.type());
      while (types.type(id) instanceof BtfType.Array(int element, int _, long _)) {
        id = types.resolve(element);
      }
      var plain =
          switch (types.type(id)) {
            case BtfType.Int _, BtfType.Enum _ -> true;
            case BtfType.Struct inner -> depth < 4 && isPlain(types, inner, depth + 1);
            default -> false;
          };
      if (!plain) {
        return false;
      }
    }
    return !struct.members().isEmpty();
  }
}
