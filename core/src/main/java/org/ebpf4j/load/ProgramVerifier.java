package org.ebpf4j.load;

import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import org.ebpf4j.error.VerifierException;
import org.ebpf4j.object.MapSpec;

/// Judges programs for a kernel that has no verifier of its own, before it takes them. Module
/// `org.ebpf4j.verifier` provides one as a service. Any thread may use it.
public interface ProgramVerifier {
  /// The verifier that is on the module path or the class path; empty where there is none.
  static Optional<ProgramVerifier> installed() {
    return ServiceLoader.load(ProgramVerifier.class, ProgramVerifier.class.getClassLoader())
        .findFirst();
  }

  /// Judges a program by the rules of a kernel's version. It throws nothing for a bad program.
  Judgement judge(Candidate candidate);

  /// A program that is to be loaded.
  ///
  /// @param object its object
  /// @param program the program as the kernel takes it
  /// @param kernel what is known of the kernel
  /// @param maps the maps as they are in the kernel, by the names that the object has for them
  /// @param versionCode by the rules of which kernel it is judged (`LINUX_VERSION_CODE`); 0 for the
  ///   newest that the verifier knows
  /// @param ownTypes whether the kernel's types are a kernel's, so that they have the prototypes of
  ///   its functions; otherwise they are those of the object
  record Candidate(
      FittedObject object,
      FittedProgram program,
      KernelFacts kernel,
      Map<String, MapSpec> maps,
      int versionCode,
      boolean ownTypes) {
    public Candidate {
      maps = Map.copyOf(maps);
    }
  }

  /// What a verifier says of a program.
  sealed interface Judgement {}

  /// The program is safe.
  ///
  /// @param processed how many instructions were looked at, each as often as it was reached
  /// @param states how many states were kept
  record Accepted(long processed, long states) implements Judgement {}

  /// The verifier cannot follow the program, which may be right.
  ///
  /// @param reason what it cannot follow, and where
  record GaveUp(String reason) implements Judgement {}

  /// The program breaks a rule.
  ///
  /// @param reason which rule, where, and what usually mends it
  record Refused(VerifierException reason) implements Judgement {}
}
