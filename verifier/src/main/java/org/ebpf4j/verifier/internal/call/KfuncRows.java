package org.ebpf4j.verifier.internal.call;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.insn.Instruction.Call;
import org.ebpf4j.insn.Kfunc;
import org.ebpf4j.insn.KfuncFlag;
import org.ebpf4j.verifier.input.CheckedProgram;
import org.ebpf4j.verifier.input.Rules;

/// What the table of kfuncs says of a function for the kernel whose rules are followed. Kernels
/// between those that the table was made of have functions that it knows of a later one only.
final class KfuncRows {
  private static final String IMPLEMENTATION = "_impl";

  /// Rules that changed from kernel to kernel, so that a later one says nothing of them.
  private static final Set<KfuncFlag> UNSURE =
      EnumSet.of(KfuncFlag.ARENA_RET, KfuncFlag.ARENA_ARG1, KfuncFlag.ARENA_ARG2);

  private KfuncRows() {}

  /// The row of a function that is called; empty where nothing is known of it.
  static Optional<Kfunc> find(CheckedProgram program, Rules rules, Call.Kfunc call) {
    var name = CalledKfunc.name(program, call);
    var row = Kfunc.of(name, rules.label());
    if (row.isPresent() || name.isEmpty()) {
      return row;
    }
    return program
        .kernelTypes()
        .filter(types -> isTagged(types, call.btfId()))
        .flatMap(_ -> later(name, rules));
  }

  private static Optional<Kfunc> later(String name, Rules rules) {
    var known = name;
    if (Kfunc.since(name).isEmpty() && name.endsWith(IMPLEMENTATION)) {
      // Later kernels supply the last arguments of the function without the suffix.
      known = name.substring(0, name.length() - IMPLEMENTATION.length());
    }
    var since = Kfunc.since(known);
    if (since.isEmpty() || reaches(rules, since.get())) {
      return Optional.empty();
    }
    return Kfunc.of(known, since.get())
        .filter(row -> row.flags().stream().noneMatch(UNSURE::contains))
        .map(row -> asOfBefore(row, name));
  }

  /// Before 7.0, few functions were called while a lock was held.
  private static Kfunc asOfBefore(Kfunc row, String name) {
    var flags = EnumSet.noneOf(KfuncFlag.class);
    flags.addAll(row.flags());
    flags.remove(KfuncFlag.SPINLOCK_SAFE);
    flags.remove(KfuncFlag.IMPLICIT_ARGS);
    return new Kfunc(name, flags, row.programTypes(), row.prototype());
  }

  private static boolean reaches(Rules rules, String version) {
    var parts = version.split("\\.", -1);
    return rules.atLeast(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
  }

  private static boolean isTagged(Btf types, int function) {
    for (int id = 1; id < types.typeCount(); id++) {
      if (types.type(id) instanceof BtfType.DeclarationTag tag
          && tag.target() == function
          && tag.value().equals(Kfunc.TAG)) {
        return true;
      }
    }
    return false;
  }
}
