package org.ebpf4j.maven.work;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.load.FitOptions;
import org.ebpf4j.load.FittedObject;
import org.ebpf4j.load.StoredFacts;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.verifier.Verifier;
import org.ebpf4j.verifier.input.CheckedProgram;
import org.ebpf4j.verifier.input.Rules;
import org.ebpf4j.verifier.result.Finding;
import org.ebpf4j.verifier.result.VerifierResult;

/// The check of programs for a kernel that is not this machine's, by the rules of its version.
final class OfflineCheck {
  private static final Path HOST_TYPES = Path.of("/sys/kernel/btf/vmlinux");

  private final String label;
  private final Rules rules;
  private final Optional<Path> types;

  /// @param kernel a version such as `6.1`, or `6.1=FILE` with the types of that kernel
  /// @throws GoalException where it is neither
  OfflineCheck(String kernel) {
    var equals = kernel.indexOf('=');
    label = equals < 0 ? kernel : kernel.substring(0, equals);
    try {
      rules = Rules.kernel(label);
    } catch (IllegalArgumentException e) {
      throw new GoalException(
          "<kernel>"
              + kernel
              + "</kernel> is 'host', a version such as 6.1, or a version and a file with the types"
              + " of that kernel, such as 6.1=src/bpf/vmlinux-6.1.btf",
          e);
    }
    if (equals >= 0) {
      types = Optional.of(Path.of(kernel.substring(equals + 1)));
      if (!Files.exists(types.get())) {
        throw new GoalException("<kernel>" + kernel + "</kernel>: there is no " + types.get());
      }
    } else {
      types = Optional.of(HOST_TYPES).filter(Files::isReadable);
    }
  }

  /// The version.
  String label() {
    return label;
  }

  /// What came of the programs of an object.
  ///
  /// @param accepted how many are accepted
  /// @param refused why others are refused
  /// @param open which could not be checked to their end, and why
  record Outcome(int accepted, List<String> refused, List<String> open) {}

  Outcome of(ObjectSpec spec) {
    var accepted = 0;
    var refused = new ArrayList<String>();
    var open = new ArrayList<String>();
    for (var program : spec.programs()) {
      var name = "program '" + program.name() + "', for " + label + ": ";
      var alone = spec.withEachProgram(p -> p.withAutoload(p.name().equals(program.name())));
      VerifierResult result;
      try {
        result = Verifier.check(checked(alone, program.name()), rules);
      } catch (BpfException | IllegalArgumentException e) {
        open.add(name + e.getMessage());
        continue;
      }
      switch (result) {
        case VerifierResult.Accepted _ -> accepted++;
        case VerifierResult.Refused no when no.first().reason() == Finding.Reason.GAVE_UP ->
            open.add(name + no.first().message());
        case VerifierResult.Refused no -> refused.add(name + why(no.first()));
      }
    }
    return new Outcome(accepted, refused, open);
  }

  private CheckedProgram checked(ObjectSpec spec, String name) {
    if (types.isEmpty()) {
      return CheckedProgram.of(spec, spec.program(name));
    }
    var facts = StoredFacts.of(types.get());
    var fitted = FittedObject.of(spec, facts, FitOptions.NONE);
    var failure = fitted.failures().get(name);
    if (failure != null) {
      throw failure;
    }
    for (var program : fitted.programs()) {
      if (program.program().name().equals(name)) {
        return CheckedProgram.of(fitted, program, facts);
      }
    }
    throw new IllegalArgumentException("it is not loaded with its object");
  }

  /// What the kernel would say, where, and what to do.
  private static String why(Finding finding) {
    var text = new StringBuilder(finding.message());
    if (!finding.missing().isEmpty()) {
      text.append("\n  missing: ").append(finding.missing());
    }
    if (!finding.mend().isEmpty()) {
      text.append("\n  try: ").append(finding.mend());
    }
    finding.line().ifPresent(line -> text.append("\n  at ").append(line.describe()));
    return text.append("\n  at instruction ").append(finding.instruction()).toString();
  }
}
