package org.ebpf4j.program.internal.front;

import java.util.Set;
import org.ebpf4j.insn.HelperFunction;
import org.ebpf4j.program.internal.ir.Refusal;

/// Which helper functions programs of a license may call.
final class Licenses {
  /// The licenses that the kernel takes for compatible (`include/linux/license.h`).
  private static final Set<String> COMPATIBLE =
      Set.of(
          "GPL",
          "GPL v2",
          "GPL and additional rights",
          "Dual BSD/GPL",
          "Dual MIT/GPL",
          "Dual MPL/GPL");

  private Licenses() {}

  static void check(HelperFunction function, String license) {
    if (function.gplOnly() && !COMPATIBLE.contains(license)) {
      throw new Refusal(
          "helper function "
              + function.name()
              + " for programs under a license compatible with the GPL, not '"
              + license
              + "'",
          "@License(\"GPL\") or @License(\"Dual MIT/GPL\"), or another helper function");
    }
  }
}
