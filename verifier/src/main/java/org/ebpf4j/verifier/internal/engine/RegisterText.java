package org.ebpf4j.verifier.internal.engine;

import org.ebpf4j.verifier.internal.state.Reg;
import org.ebpf4j.verifier.internal.state.RegisterKind;

/// Registers as the kernel prints them.
final class RegisterText {
  private RegisterText() {}

  /// The kind of a register, with what may be said of it: `map_value_or_null`, `rdonly_mem`.
  static String kind(Reg reg) {
    var prefix = new StringBuilder();
    if (reg.has(Reg.READ_ONLY)) {
      prefix.append("rdonly_");
    }
    if (reg.has(Reg.RINGBUF)) {
      prefix.append("ringbuf_");
    }
    if (reg.has(Reg.USER)) {
      prefix.append("user_");
    }
    if (reg.has(Reg.PER_CPU)) {
      prefix.append("percpu_");
    }
    if (reg.has(Reg.RCU)) {
      prefix.append("rcu_");
    }
    if (reg.has(Reg.UNTRUSTED)) {
      prefix.append("untrusted_");
    }
    if (reg.has(Reg.TRUSTED)) {
      prefix.append("trusted_");
    }
    prefix.append(reg.kind.label());
    if (reg.mayBeNull()) {
      prefix.append(reg.kind == RegisterKind.BTF_OBJECT ? "or_null_" : "_or_null");
    }
    return prefix.toString();
  }

  /// All that is known of a register: `map_value(map=counts,off=8,smin=0,smax=3)`.
  static String full(Reg reg) {
    if (reg.kind == RegisterKind.UNSET) {
      return "?";
    }
    if (reg.isScalar() && reg.isConstant()) {
      return Long.toString(reg.constant());
    }
    var text = new StringBuilder(kind(reg));
    if (reg.kind == RegisterKind.BTF_OBJECT && reg.btf != null) {
      text.append(reg.btf.name(reg.btfType));
    }
    text.append('(');
    int start = text.length();
    add(text, start, reg.id != 0, "id=" + reg.id);
    add(text, start, reg.referenceId != 0, "ref_obj_id=" + reg.referenceId);
    add(text, start, !reg.isScalar() && reg.off != 0, "off=" + reg.off);
    if (reg.kind.isPacket()) {
      add(text, start, true, "r=" + reg.range);
    }
    var map = reg.map;
    if (map != null) {
      add(text, start, true, "map=" + map.name());
      add(text, start, true, "ks=" + map.keySize() + ",vs=" + map.valueSize());
    }
    if (reg.kind == RegisterKind.MEMORY) {
      add(text, start, true, "sz=" + reg.memorySize);
    }
    numbers(text, start, reg);
    text.append(')');
    return text.length() == start + 1 ? text.substring(0, start - 1) + "()" : text.toString();
  }

  private static void numbers(StringBuilder text, int start, Reg reg) {
    if (reg.isConstant()) {
      add(text, start, reg.constant() != 0, "imm=" + reg.constant());
      return;
    }
    add(text, start, reg.smin != Long.MIN_VALUE, "smin=" + reg.smin);
    add(text, start, reg.smax != Long.MAX_VALUE, "smax=" + reg.smax);
    add(text, start, reg.umin != 0, "umin=" + Long.toUnsignedString(reg.umin));
    add(text, start, reg.umax != -1, "umax=" + Long.toUnsignedString(reg.umax));
    add(
        text,
        start,
        reg.bits.mask() != -1,
        "var_off=(0x"
            + Long.toHexString(reg.bits.value())
            + "; 0x"
            + Long.toHexString(reg.bits.mask())
            + ")");
  }

  private static void add(StringBuilder text, int start, boolean wanted, String part) {
    if (wanted) {
      text.append(text.length() == start ? "" : ",").append(part);
    }
  }
}
