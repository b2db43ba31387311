package org.ebpf4j.verifier.internal.call;

import org.ebpf4j.object.MapSpec;
import org.ebpf4j.verifier.internal.engine.Refusal;
import org.ebpf4j.verifier.internal.engine.Walk;
import org.ebpf4j.verifier.internal.state.RegisterKind;
import org.ebpf4j.verifier.result.Finding.Reason;

/// Text that does not change: in a map that is frozen and that programs only read
/// (`check_arg_const_str` in `kernel/bpf/verifier.c`).
final class ConstantText {
  private ConstantText() {}

  /// The text that a register points to; its end has to be within the value.
  static String check(Walk walk, int register) {
    var reg = walk.reg(register);
    if (reg.kind != RegisterKind.MAP_VALUE) {
      throw new Refusal(
          Reason.CALL,
          register,
          "R%d type=%s expected=map_value".formatted(register, Arguments.text(reg)));
    }
    var map = reg.requireMap();
    if ((map.flags() & MapSpec.RDONLY_PROG) == 0 || !map.frozen()) {
      throw new Refusal(
          Reason.CALL,
          register,
          "R" + register + " does not point to a readonly map'",
          "",
          "use a string that is const, so that it is in .rodata");
    }
    if (!reg.isConstant()) {
      throw new Refusal(Reason.CALL, register, "R" + register + " is not a constant address'");
    }
    long at = reg.off + reg.constant();
    var content = map.content();
    if (content.isEmpty() || at < 0 || at >= map.valueSize()) {
      throw new Refusal(
          Reason.BOUNDS, register, "no direct value access support for this map type");
    }
    var bytes = content.get().toArray();
    var text = new StringBuilder();
    for (int i = (int) at; i < Math.min(bytes.length, map.valueSize()); i++) {
      if (bytes[i] == 0) {
        return text.toString();
      }
      text.append((char) (bytes[i] & 0xff));
    }
    if (bytes.length < map.valueSize()) {
      return text.toString();
    }
    throw new Refusal(Reason.CALL, register, "string is not zero-terminated");
  }
}
