package org.ebpf4j.verifier.internal.call;

import java.util.Map;
import org.ebpf4j.insn.HelperFunction;
import org.ebpf4j.verifier.internal.engine.Refusal;
import org.ebpf4j.verifier.result.Finding.Reason;

/// The sizes of memory whose type the prototype of a helper function has.
final class FixedSizes {
  private static final Map<String, Integer> SIZES =
      Map.of(
          "long", 8,
          "unsigned long", 8,
          "u64", 8,
          "s64", 8,
          "u32", 4,
          "struct iphdr", 20,
          "struct tcphdr", 20,
          "struct ipv6hdr", 40);

  private FixedSizes() {}

  /// The size of what the argument in a register points to.
  static int of(HelperFunction helper, int register) {
    var type = Prototype.parameter(helper.prototype(), register - 1).replace("*", "").strip();
    var size = SIZES.get(type);
    if (size == null) {
      throw new Refusal(Reason.GAVE_UP, register, "the size of '" + type + "' is not known here");
    }
    return size;
  }
}
