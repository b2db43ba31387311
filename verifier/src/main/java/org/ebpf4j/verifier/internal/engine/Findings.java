package org.ebpf4j.verifier.internal.engine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Optional;
import org.ebpf4j.btf.LineInfo;
import org.ebpf4j.insn.Register;
import org.ebpf4j.verifier.result.Finding;

/// Makes a finding of a refusal: with the place, the line of source, the path and what is known of
/// the register.
final class Findings {
  private static final int MOST_BRANCHES = 64;

  private final Walk walk;

  Findings(Walk walk) {
    this.walk = walk;
  }

  Finding of(Refusal refusal) {
    int number = refusal.register();
    var branches = new ArrayList<Finding.Branch>();
    for (var path = walk.state().path;
        path != null && branches.size() < MOST_BRANCHES;
        path = path.before()) {
      branches.add(new Finding.Branch(path.instruction(), path.taken()));
    }
    Collections.reverse(branches);
    return new Finding(
        walk.at(),
        refusal.reason(),
        refusal.message(),
        line(walk.at()),
        number < 0 ? Optional.empty() : Optional.of(Register.of(number)),
        number < 0 || walk.state().frames[walk.state().depth] == null
            ? ""
            : RegisterText.full(walk.reg(number)),
        branches,
        refusal.missing(),
        refusal.mend());
  }

  private Optional<LineInfo> line(int slot) {
    LineInfo found = null;
    for (var line : walk.program().lines()) {
      if (line.slot() > slot) {
        break;
      }
      found = line;
    }
    return Optional.ofNullable(found);
  }
}
